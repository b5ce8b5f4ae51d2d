package io.heliograph.benchmarks.files;

import io.heliograph.benchmarks.session.HeapMeter;
import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.Role;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.session.Session;
import io.heliograph.transport.Completion;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Receives files into a directory: registers a mapping of each, waits for its immediate, checks it, gives it its name. */
public final class FileReceiver implements Role {

    private static final int LONGEST_NAME = 1_024;

    private final Session session;
    private final Path directory;
    private final boolean overwrite;
    private final HeapMeter heap;
    private final MemoryRegion nowhere;
    private int arrived = -1;

    /** Clears away what killed receivers left in {@code directory}, which exists. */
    public FileReceiver(Session session, Path directory, boolean overwrite) throws IOException {
        this.session = session;
        this.directory = directory;
        this.overwrite = overwrite;
        this.heap = new HeapMeter(session);
        this.nowhere = session.endpoint().register(session.arena().allocate(1), MemoryRegion.REMOTE_WRITE);
        PartFile.sweep(directory);
    }

    /** Receives until the sender is done; hands each file's result out. */
    public void run(Consumer<TransferResult> results) throws Exception {
        session.role(this);
        session.tell(RemoteRegion.describe(Message.of("ready"), nowhere));
        for (int number = 0; ; number++) {
            Message message = next();
            if (message.op().equals("done")) {
                return;
            }
            if (!message.op().equals("file")) {
                throw new RunFailure("the sender said " + Message.printable(message.op())
                        + ": are both ends the same version of helio?");
            }
            results.accept(
                    receive(message.text("name", LONGEST_NAME), message.number("bytes", 0, Long.MAX_VALUE), number));
        }
    }

    private Message next() {
        Message message = session.heard();
        while (message == null) {
            session.turn();
            message = session.heard();
        }
        return message;
    }

    private TransferResult receive(String name, long bytes, int number) throws Exception {
        try (PartFile file = PartFile.create(directory, name, bytes, overwrite)) {
            MemorySegment memory = file.memory();
            MemoryRegion region = bytes == 0 ? nowhere : session.endpoint().register(memory, MemoryRegion.REMOTE_WRITE);
            try {
                session.tell(RemoteRegion.describe(Message.of("place"), region));
                long packets = session.count(EndpointCounter.DATA_ACCEPTED);
                long startNs = session.clock().nowNs();
                awaitImmediate(number, bytes);
                long elapsedNs = Math.max(1, session.clock().nowNs() - startNs);
                long accepted = session.count(EndpointCounter.DATA_ACCEPTED) - packets;

                String sum = session.whileTurning(() -> Checksum.of(memory));
                boolean intact = session.await("sum")
                        .text("sha256", Checksum.TEXT_LENGTH)
                        .equals(sum);
                if (intact) {
                    file.commit();
                }
                session.tell(
                        Message.of("verdict").with("sha256", sum).with("heapBytesPerPacket", heap.bytesPerPacket()));
                return new TransferResult(name, bytes, elapsedNs, accepted, 0, heap.bytesPerPacket(), 0, sum, intact);
            } finally {
                if (bytes > 0) {
                    session.endpoint().deregister(region);
                }
            }
        }
    }

    /** The heap is watched from the first tenth of the bytes to the last but one: before and after, classes are loaded and linked. */
    private void awaitImmediate(int number, long bytes) {
        long placed = session.count(EndpointCounter.PAYLOAD_BYTES_PLACED);
        long heapStart = placed + bytes / 10;
        long heapStop = placed + bytes / 10 * 9;
        boolean started = false;
        boolean stopped = false;
        heap.start();
        while (arrived != number) {
            session.turn();
            placed = session.count(EndpointCounter.PAYLOAD_BYTES_PLACED);
            if (!started && placed >= heapStart) {
                started = true;
                heap.start();
            }
            if (!stopped && placed >= heapStop) {
                stopped = true;
                heap.stop();
            }
        }
    }

    @Override
    public void onWritten(Completion completion) {
        // This end writes nothing.
    }

    @Override
    public void onImmediate(Completion completion) {
        arrived = completion.immediate();
    }
}
