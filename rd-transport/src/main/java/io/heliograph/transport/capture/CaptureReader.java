package io.heliograph.transport.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a capture file: pcap (micro- and nanoseconds) and pcapng, in either byte order.
 *
 * <p>The file is mapped, and every access is checked against its bounds. One thread opens, reads and closes.
 */
public final class CaptureReader implements AutoCloseable {
    private static final int MAGIC_BYTES = 4;

    private final Arena arena;
    private final FrameSource frames;

    private CaptureReader(Arena arena, FrameSource frames) {
        this.arena = arena;
        this.frames = frames;
    }

    /**
     * Opens a file.
     *
     * @throws CaptureFormatException if it is neither pcap nor pcapng
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(Path path) throws IOException {
        Arena arena = Arena.ofConfined();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            return new CaptureReader(arena, source(file));
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** The frames of a file's bytes. */
    static FrameSource source(MemorySegment file) throws CaptureFormatException {
        FrameSource source = null;
        if (file.byteSize() >= MAGIC_BYTES) {
            source = PcapngFrames.open(file);
            if (source == null) {
                source = PcapFrames.open(file);
            }
        }
        if (source == null) {
            throw new CaptureFormatException("neither pcap nor pcapng: bytes=" + file.byteSize());
        }
        return source;
    }

    /**
     * The next frame, or null at the end.
     *
     * @throws CaptureFormatException if what follows is broken, or the file ends within it; the frames before it have been told by then
     */
    public @Nullable CapturedFrame next() throws CaptureFormatException {
        return frames.next();
    }

    /** Releases the file; the data of its frames cannot be read any more. */
    @Override
    public void close() {
        arena.close();
    }
}
