package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class BulkCopyTest {
    @Test
    void shouldCopyExactlyTheRangeWhateverItsLength() {
        long[] lengths = LongStream.concat(
                        LongStream.rangeClosed(0, 130),
                        LongStream.of(BulkCopy.LARGE_BYTES - 1, BulkCopy.LARGE_BYTES, BulkCopy.LARGE_BYTES + 3))
                .toArray();
        int room = (int) BulkCopy.LARGE_BYTES + 16;
        byte[] random = new byte[room];
        new Random(5).nextBytes(random);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(room).copyFrom(MemorySegment.ofArray(random));
            MemorySegment to = arena.allocate(room);
            for (long length : lengths) {
                to.fill((byte) 0);
                BulkCopy.copy(from.address() + 3, to.address() + 5, length);
                assertEquals(-1, from.asSlice(3, length).mismatch(to.asSlice(5, length)), "bytes " + length);
                assertEquals(0, to.get(ValueLayout.JAVA_BYTE, 4), "before");
                assertEquals(0, to.get(ValueLayout.JAVA_BYTE, 5 + length), "behind");
            }
        }
    }
}
