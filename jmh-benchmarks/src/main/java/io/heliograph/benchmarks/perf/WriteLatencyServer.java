package io.heliograph.benchmarks.perf;

import io.heliograph.benchmarks.session.HeapMeter;
import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.Role;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.transport.Completion;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** The answering end of {@code write-lat}: writes back from where the ping was placed, so a pong proves both ways. */
public final class WriteLatencyServer implements Role {

    private static final long LARGEST_BYTES = 1L << 31;

    private final Session session;
    private final HeapMeter heap;
    private long pingsSeen;
    private int lastPing;
    private final boolean[] sending = new boolean[PingPong.SLOTS];

    /** A server for the client at the other end of the session. */
    public WriteLatencyServer(Session session) {
        this.session = session;
        this.heap = new HeapMeter(session);
    }

    /** Serves until the client is done; hands out what was found for each size. */
    public void run(Consumer<ServerResult> results) {
        session.role(this);
        Message setup = session.await("setup");
        long largestBytes = setup.number("largest", 1, LARGEST_BYTES);
        RemoteRegion target = RemoteRegion.read(setup, largestBytes * PingPong.SLOTS);
        MemorySegment memory = session.targets().allocate(largestBytes * PingPong.SLOTS, 4_096);
        MemoryRegion pings = session.endpoint().register(memory, MemoryRegion.REMOTE_WRITE);
        session.tell(RemoteRegion.describe(Message.of("region"), pings));

        long answered = 0;
        long bytes = 1;
        long packets = 0;
        long retransmitted = 0;
        while (true) {
            session.turn();
            if (pingsSeen > answered) {
                pong(pings, target, bytes);
                answered++;
                continue;
            }
            Message message = session.heard();
            if (message == null) {
                continue;
            }
            switch (message.op()) {
                case "size" -> {
                    while (isSending()) {
                        session.turn(); // the slots are about to lie elsewhere
                    }
                    bytes = message.number("bytes", 1, largestBytes);
                    session.tell(Message.of("ready"));
                }
                case "begin" -> {
                    packets = session.count(EndpointCounter.DATA_ACCEPTED);
                    retransmitted = session.count(EndpointCounter.RETRANSMITTED);
                    session.tell(Message.of("ready"));
                    heap.start();
                }
                case "end" -> {
                    heap.stop();
                    session.tell(Message.of("verdict")
                            .with("retransmitted", session.count(EndpointCounter.RETRANSMITTED) - retransmitted)
                            .with("heapBytesPerPacket", heap.bytesPerPacket()));
                    long accepted = session.count(EndpointCounter.DATA_ACCEPTED) - packets;
                    results.accept(new ServerResult(bytes, accepted, heap.bytesPerPacket(), 0, 0));
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

    private boolean isSending() {
        for (boolean one : sending) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    private void pong(MemoryRegion pings, RemoteRegion target, long bytes) {
        int ping = lastPing;
        int slot = PingPong.slot(ping);
        while (sending[PingPong.slot(ping + 1L)]) {
            session.turn(); // see PingPong
        }
        while (true) {
            int code = session.endpoint()
                    .writeImm(
                            0,
                            session.peer(),
                            pings,
                            slot * bytes,
                            bytes,
                            target.address() + slot * bytes,
                            target.key(),
                            ping,
                            false,
                            slot);
            if (code == Post.OK) {
                sending[slot] = true;
                return;
            }
            if (code != Post.RING_FULL) {
                throw new RunFailure("a WRITE was not taken: " + Post.describe(code) + ": bytes=" + bytes);
            }
            session.turn();
        }
    }

    @Override
    public void onWritten(Completion completion) {
        sending[(int) completion.cookie()] = false;
    }

    @Override
    public void onImmediate(Completion completion) {
        lastPing = completion.immediate();
        pingsSeen++;
    }
}
