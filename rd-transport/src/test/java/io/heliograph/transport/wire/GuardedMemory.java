package io.heliograph.transport.wire;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory whose end is the end of a file's last page: the pages behind are mapped but have no file, so that a read beyond the end faults, which the JVM
 * reports as {@link InternalError}.
 */
public final class GuardedMemory implements AutoCloseable {
    /** What can be used. */
    public static final int BYTES = 1 << 16;

    private static final int GUARD_BYTES = 1 << 16;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment mapping;

    /** Maps it. */
    public GuardedMemory() throws IOException {
        Path file = Files.createTempFile("guarded", ".bin");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapping = channel.map(MapMode.READ_WRITE, 0, BYTES + GUARD_BYTES, arena);
            channel.truncate(BYTES);
        } finally {
            Files.delete(file);
        }
    }

    /** Copies {@code length} bytes so that the last of them is the last that can be read; returns the address of the first. */
    public long placeAtEnd(byte[] bytes, int length) {
        long offset = (long) BYTES - length;
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, mapping, offset, length);
        return mapping.address() + offset;
    }

    /** The last {@code length} bytes that can be read, filled with zeros. */
    public MemorySegment clearedAtEnd(long length) {
        return mapping.asSlice(BYTES - length, length).fill((byte) 0);
    }

    /** Address of the first byte that cannot be read. */
    public long endAddress() {
        return mapping.address() + BYTES;
    }

    @Override
    public void close() {
        arena.close();
    }
}
