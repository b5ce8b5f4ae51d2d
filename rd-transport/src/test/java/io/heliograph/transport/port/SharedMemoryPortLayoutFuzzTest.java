package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.wire.GuardedMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any first page of a shared memory of any size is a layout that fits it, or is refused. */
@Tag("fuzz")
final class SharedMemoryPortLayoutFuzzTest {
    private static final GuardedMemory MEMORY = memory();

    private static GuardedMemory memory() {
        try {
            return new GuardedMemory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void shouldFitOrRefuseWhenPageIsAnything(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        long sizeBytes = input.nextInt() & 0xFFFF_FFFFL;
        byte[] page = new byte[SharedMemoryPortLayout.HEADER_BYTES];
        byte[] given = input.take(page.length);
        System.arraycopy(given, 0, page, 0, given.length);
        long address = MEMORY.placeAtEnd(page, page.length);
        try {
            LinkLayout layout = SharedMemoryPortLayout.read(address, sizeBytes);
            assertTrue(SharedMemoryPortLayout.totalBytes(layout) <= sizeBytes);
            assertTrue(layout.frameOffset(layout.frameCount()) == layout.totalBytes());
            assertTrue(layout.returnEntries() >= layout.framesPerSide());
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage() != null);
        }
    }
}
