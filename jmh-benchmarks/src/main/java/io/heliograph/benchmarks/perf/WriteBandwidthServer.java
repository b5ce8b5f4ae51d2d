package io.heliograph.benchmarks.perf;

import io.heliograph.benchmarks.session.HeapMeter;
import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** The receiving end of {@code write-bw}: offers memory, and looks after each size whether it holds what was sent. */
public final class WriteBandwidthServer {

    /** More than any sensible run needs; a client that asks for more is mistaken. */
    private static final long MOST_ROOM_BYTES = 64L << 30;

    private final Session session;
    private final HeapMeter heap;

    /** A server for the client at the other end of the session. */
    public WriteBandwidthServer(Session session) {
        this.session = session;
        this.heap = new HeapMeter(session);
    }

    /** Serves until the client is done; hands out what was found for each size. */
    public void run(Consumer<ServerResult> results) throws Exception {
        Message setup = session.await("setup");
        long roomBytes = setup.number("room", 1, MOST_ROOM_BYTES);
        Pattern pattern = new Pattern(session.arena(), setup.number("largest", 1, roomBytes));
        MemorySegment memory = session.targets().allocate(roomBytes, 4_096);
        MemoryRegion region = session.endpoint().register(memory, MemoryRegion.REMOTE_WRITE);
        session.tell(RemoteRegion.describe(Message.of("region"), region));
        session.awaitDevice();

        long packets = 0;
        while (true) {
            Message message = session.heard();
            if (message == null) {
                session.turn();
                continue;
            }
            switch (message.op()) {
                case "begin" -> {
                    packets = session.count(EndpointCounter.DATA_ACCEPTED);
                    session.tell(Message.of("ready"));
                    heap.start();
                }
                case "end" -> {
                    heap.stop();
                    long accepted = session.count(EndpointCounter.DATA_ACCEPTED) - packets;
                    ServerResult result = session.whileTurning(() -> check(message, pattern, memory, accepted));
                    session.tell(Message.of("verdict")
                            .with("checked", result.checked())
                            .with("wrong", result.wrong())
                            .with("heapBytesPerPacket", result.heapBytesPerPacket()));
                    results.accept(result);
                }
                case "done" -> {
                    return;
                }
                default ->
                    throw new RunFailure("the client said " + Message.printable(message.op())
                            + ": are both ends the same version of helio?");
            }
        }
    }

    private ServerResult check(Message end, Pattern pattern, MemorySegment memory, long packets) {
        int slots = (int) end.number("slots", 1, Integer.MAX_VALUE);
        long bytes = end.number("bytes", 1, memory.byteSize() / slots);
        long checked = 0;
        long wrong = 0;
        long[] iterations = end.numbers("iterations", slots);
        for (int slot = 0; slot < slots; slot++) {
            if (iterations[slot] >= 0) {
                checked++;
                wrong += pattern.matches(memory, slot * bytes, bytes, iterations[slot]) ? 0 : 1;
            }
        }
        return new ServerResult(bytes, packets, heap.bytesPerPacket(), checked, wrong);
    }
}
