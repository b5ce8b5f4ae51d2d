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
import io.heliograph.transport.Post;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sends files one after the other: maps the file, cuts it into chunks, keeps a few outstanding, and ends with a fenced
 * WRITE-with-IMM, which fires at the receiver when all the chunks before it are placed (R5.2).
 */
public final class FileSender implements Role {

    /** What is moved before the heap is watched: class loading and the compiler's first steps are over. */
    private static final int WARMUP_SHARE = 10;

    /** The immediate of the try; files have theirs from 0 on. */
    private static final int NO_FILE = -1;

    private final Session session;
    private final long chunkBytes;
    private final int depth;
    private final HeapMeter heap;
    private final MemoryRegion nothing;
    private final Progress progress;
    private long written;
    private boolean tried;

    /**
     * @param chunkBytes the length of a WRITE, but for a file's last
     * @param depth the most WRITEs outstanding
     * @param progress is told of each file
     */
    public FileSender(Session session, long chunkBytes, int depth, Progress progress) {
        this.session = session;
        this.chunkBytes = chunkBytes;
        this.depth = depth;
        this.progress = progress;
        this.heap = new HeapMeter(session);
        this.nothing = session.endpoint().register(session.arena().allocate(1), 0);
    }

    /** Sends all files; hands each result out as soon as the receiver has checked it. */
    public void run(List<Path> files, Consumer<TransferResult> results) throws Exception {
        session.role(this);
        tryPath(RemoteRegion.read(session.await("ready"), 1));
        for (int i = 0; i < files.size(); i++) {
            results.accept(send(files.get(i), i));
        }
        session.tell(Message.of("done"));
    }

    /** An empty WRITE-with-IMM: whether frames get there and back is known before a file is begun. */
    private void tryPath(RemoteRegion nowhere) {
        written = 0;
        while (written == 0) {
            if (!tried) {
                tried = post(nothing, 0, nowhere, NO_FILE, 0, 1);
            }
            session.turn();
        }
    }

    private TransferResult send(Path file, int number) throws Exception {
        String name = file.getFileName().toString();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = map(file, arena);
            session.tell(Message.of("file").with("name", name).with("bytes", memory.byteSize()));
            RemoteRegion target = RemoteRegion.read(session.await("place"), Math.max(1, memory.byteSize()));
            MemoryRegion source =
                    memory.byteSize() == 0 ? nothing : session.endpoint().register(memory, 0);

            long packets = session.count(EndpointCounter.DATA_SENT);
            long retransmitted = session.count(EndpointCounter.RETRANSMITTED);
            long startNs = session.clock().nowNs();
            long before = session.count(EndpointCounter.PAYLOAD_BYTES_SENT);
            try (Progress.Watch watch = progress.watch(
                    name, memory.byteSize(), () -> session.count(EndpointCounter.PAYLOAD_BYTES_SENT) - before)) {
                write(source, memory.byteSize(), target, number);
                watch.done();
            }
            long elapsedNs = session.clock().nowNs() - startNs;

            String sum = session.whileTurning(() -> Checksum.of(memory));
            session.tell(Message.of("sum").with("sha256", sum));
            Message verdict = session.await("verdict");
            if (memory.byteSize() > 0) {
                session.endpoint().deregister(source);
            }
            return new TransferResult(
                    name,
                    memory.byteSize(),
                    elapsedNs,
                    session.count(EndpointCounter.DATA_SENT) - packets,
                    session.count(EndpointCounter.RETRANSMITTED) - retransmitted,
                    heap.bytesPerPacket(),
                    verdict.measure("heapBytesPerPacket"),
                    sum,
                    verdict.text("sha256", Checksum.TEXT_LENGTH).equals(sum));
        }
    }

    private static MemorySegment map(Path file, Arena arena) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw new RunFailure("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void write(MemoryRegion source, long bytes, RemoteRegion target, int number) {
        long chunks = Math.max(1, (bytes + chunkBytes - 1) / chunkBytes);
        long posted = 0;
        boolean warm = false;
        written = 0;
        heap.start();
        while (written < chunks) {
            while (posted < chunks && posted - written < depth && post(source, bytes, target, number, posted, chunks)) {
                posted++;
                if (posted == chunks - 1) {
                    // The last post is the first with an immediate, and links what it needs.
                    heap.stop();
                }
            }
            session.turn();
            if (!warm && written < chunks && written * WARMUP_SHARE >= chunks) {
                warm = true;
                heap.start();
            }
        }
        if (chunks == 1) {
            heap.stop();
        }
    }

    private boolean post(MemoryRegion source, long bytes, RemoteRegion target, int number, long chunk, long chunks) {
        long offset = chunk * chunkBytes;
        long length = Math.min(chunkBytes, bytes - offset);
        int code = chunk < chunks - 1
                ? session.endpoint()
                        .write(
                                0,
                                session.peer(),
                                source,
                                offset,
                                length,
                                target.address() + offset,
                                target.key(),
                                chunk)
                : session.endpoint()
                        .writeImm(
                                0,
                                session.peer(),
                                source,
                                offset,
                                length,
                                target.address() + offset,
                                target.key(),
                                number,
                                true,
                                chunk);
        if (code < 0 && code != Post.RING_FULL) {
            throw new RunFailure("a WRITE was not taken: " + Post.describe(code) + ": bytes=" + length);
        }
        return code == Post.OK;
    }

    @Override
    public void onWritten(Completion completion) {
        written++;
    }

    @Override
    public void onImmediate(Completion completion) {
        throw new RunFailure("an immediate arrived that nobody asked for");
    }
}
