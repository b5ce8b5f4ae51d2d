package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment segment = arena.allocate(4096, 64);
    private final long address = segment.address();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void shouldReadWhatWasWrittenWhenUnaligned() {
        NativeMemory.putByte(address + 1, (byte) 0x81);
        NativeMemory.putShort(address + 3, (short) 0x8182);
        NativeMemory.putInt(address + 7, 0x81828384);
        NativeMemory.putLong(address + 13, 0x8182838485868788L);

        assertEquals((byte) 0x81, NativeMemory.getByte(address + 1));
        assertEquals(0x81, NativeMemory.getUnsignedByte(address + 1));
        assertEquals((short) 0x8182, NativeMemory.getShort(address + 3));
        assertEquals(0x8182, NativeMemory.getUnsignedShort(address + 3));
        assertEquals(0x81828384, NativeMemory.getInt(address + 7));
        assertEquals(0x8182838485868788L, NativeMemory.getLong(address + 13));
    }

    @Test
    void shouldPutTheHighestByteFirstWhenBigEndian() {
        NativeMemory.putShortBigEndian(address, (short) 0x0102);
        NativeMemory.putIntBigEndian(address + 2, 0x03040506);
        NativeMemory.putLongBigEndian(address + 6, 0x0708090a0b0c0d0eL);

        byte[] bytes = segment.asSlice(0, 14).toArray(ValueLayout.JAVA_BYTE);
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, bytes);
        assertEquals(0x0102, NativeMemory.getShortBigEndian(address));
        assertEquals(0x0102, NativeMemory.getUnsignedShortBigEndian(address));
        assertEquals(0x03040506, NativeMemory.getIntBigEndian(address + 2));
        assertEquals(0x0708090a0b0c0d0eL, NativeMemory.getLongBigEndian(address + 6));
    }

    @Test
    void shouldKeepValuesWhenAccessedWithMemoryOrder() {
        NativeMemory.putIntOpaque(address, 1);
        assertEquals(1, NativeMemory.getIntOpaque(address));
        NativeMemory.putIntRelease(address, 2);
        assertEquals(2, NativeMemory.getIntAcquire(address));
        NativeMemory.putLongOpaque(address + 8, 3);
        assertEquals(3, NativeMemory.getLongOpaque(address + 8));
        NativeMemory.putLongRelease(address + 8, 4);
        assertEquals(4, NativeMemory.getLongAcquire(address + 8));
        NativeMemory.putLongVolatile(address + 8, 5);
        assertEquals(5, NativeMemory.getLongVolatile(address + 8));
    }

    @Test
    void shouldChangeOnlyWhatIsExpectedWhenCompareAndSet() {
        assertTrue(NativeMemory.compareAndSetInt(address, 0, 7));
        assertFalse(NativeMemory.compareAndSetInt(address, 0, 8));
        assertEquals(7, NativeMemory.getAndAddInt(address, 3));
        assertEquals(10, NativeMemory.getInt(address));

        assertTrue(NativeMemory.compareAndSetLong(address + 8, 0, 7));
        assertFalse(NativeMemory.compareAndSetLong(address + 8, 0, 8));
        assertEquals(7, NativeMemory.getAndAddLong(address + 8, 3));
        assertEquals(10, NativeMemory.getLong(address + 8));
    }

    @Test
    void shouldRefuseWhenAtomicAccessIsUnaligned() {
        assertThrows(IllegalArgumentException.class, () -> NativeMemory.getLongAcquire(address + 1));
    }

    @Test
    void shouldCopyAsThroughABufferWhenRangesOverlap() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int length = 0; length <= 300; length++) {
            for (int shift : new int[] {-300, -33, -17, -9, -8, -1, 0, 1, 7, 8, 15, 31, 32, 300}) {
                byte[] before = new byte[1024];
                random.nextBytes(before);
                segment.asSlice(0, before.length).copyFrom(MemorySegment.ofArray(before));
                NativeMemory.copy(address + 400, address + 400 + shift, length);

                byte[] expected = before.clone();
                System.arraycopy(before, 400, expected, 400 + shift, length);
                byte[] actual = segment.asSlice(0, before.length).toArray(ValueLayout.JAVA_BYTE);
                assertArrayEquals(expected, actual, "seed=" + seed + " length=" + length + " shift=" + shift);
            }
        }
    }

    @Test
    void shouldFillNothingButTheRangeWhenFilling() {
        for (int length : new int[] {0, 1, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000}) {
            segment.fill((byte) 1);
            NativeMemory.fill(address + 5, length, (byte) 0x89);
            byte[] expected = new byte[1100];
            Arrays.fill(expected, (byte) 1);
            Arrays.fill(expected, 5, 5 + length, (byte) 0x89);
            assertArrayEquals(expected, segment.asSlice(0, 1100).toArray(ValueLayout.JAVA_BYTE), "length=" + length);
        }
    }

    @Test
    void shouldBoundTheViewWhenSegmentIsAskedFor() {
        MemorySegment view = NativeMemory.segment(address, 16);
        assertEquals(16, view.byteSize());
        assertThrows(IndexOutOfBoundsException.class, () -> view.get(ValueLayout.JAVA_BYTE, 16));
    }

    @Test
    void shouldAllocateNothingWhenHot() {
        assertEquals(0, Allocations.inSteadyState(() -> exercise(100_000)));
    }

    private void exercise(int times) {
        for (int i = 0; i < times; i++) {
            NativeMemory.putLong(address, i);
            NativeMemory.putIntBigEndian(address + 8, i);
            NativeMemory.putLongRelease(address + 16, NativeMemory.getLongAcquire(address + 16) + 1);
            NativeMemory.copy(address, address + 512, i & 255);
            NativeMemory.fill(address + 1024, i & 63, (byte) i);
        }
    }
}
