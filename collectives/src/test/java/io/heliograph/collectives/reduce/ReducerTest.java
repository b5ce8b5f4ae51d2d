package io.heliograph.collectives.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ReducerTest {
    private static final int LONGEST = 75;
    private static final int GUARD = 64;
    private static final ReduceOperation[] OPERATIONS = ReduceOperation.values();
    private static final long[] SPECIAL_FLOATS = {
        0,
        0x8000_0000L,
        1,
        0x8000_0001L,
        0x7f80_0000L,
        0xff80_0000L,
        0x7fc0_0000L,
        0xff80_0001L,
        0x7f7f_ffffL,
        0x0080_0000L,
        0x3f80_0000L,
        0x3f80_8000L,
        0x3f81_8000L
    };
    private static final long[] SPECIAL_DOUBLES = {
        0,
        Long.MIN_VALUE,
        1,
        0x7ff0_0000_0000_0000L,
        0xfff0_0000_0000_0000L,
        0x7ff8_0000_0000_0000L,
        0x7fef_ffff_ffff_ffffL,
        0x3ff0_0000_0000_0000L
    };

    private static long random(DataType type, SeededRandom random) {
        long bits = random.nextLong();
        if (random.nextInt(4) > 0) {
            return switch (type) {
                case F32 -> Float.floatToRawIntBits((int) bits / 1e6f);
                case F64 -> Double.doubleToRawLongBits(bits / 1e9);
                case F16 -> Float.floatToFloat16((int) bits / 1e8f);
                case BF16 -> Float.floatToRawIntBits((int) bits / 1e6f) >>> 16;
                default -> bits;
            };
        }
        return switch (type) {
            case F32 -> SPECIAL_FLOATS[random.nextInt(SPECIAL_FLOATS.length)];
            case F64 -> SPECIAL_DOUBLES[random.nextInt(SPECIAL_DOUBLES.length)];
            default -> bits;
        };
    }

    @ParameterizedTest
    @EnumSource
    void shouldDoAsTheModelForEveryLengthOperationAndAlignment(DataType type) {
        SeededRandom random = new SeededRandom(type.name().hashCode());
        try (Arena arena = Arena.ofConfined()) {
            long bytes = (LONGEST + 2L * GUARD) * type.sizeBytes();
            MemorySegment memory = arena.allocate(3 * bytes, 64);
            for (ReduceOperation operation : ReduceOperation.values()) {
                for (int count = 0; count <= LONGEST; count++) {
                    int shift = random.nextInt(GUARD);
                    long left = memory.address() + shift;
                    long right = memory.address() + bytes + random.nextInt(GUARD);
                    int where = random.nextInt(3);
                    long to = where == 0 ? left : where == 1 ? right : memory.address() + 2 * bytes + shift;
                    long[] expected = new long[count];
                    for (int i = 0; i < count; i++) {
                        Scalars.put(type, left, i, random(type, random));
                        Scalars.put(type, right, i, random(type, random));
                        expected[i] = Scalars.reduce(
                                type, operation, Scalars.get(type, left, i), Scalars.get(type, right, i));
                    }
                    Scalars.put(type, to, count, 0x55);
                    Reducers.of(type).reduce(operation, left, right, to, count);
                    for (int i = 0; i < count; i++) {
                        check(type, operation.toString(), i, expected[i], Scalars.get(type, to, i));
                    }
                    assertEquals(0x55, Scalars.get(type, to, count), "nothing is written behind the last");
                }
            }
        }
    }

    private static void check(DataType type, String what, int i, long expected, long found) {
        assertTrue(
                Scalars.same(type, expected, found),
                () -> what + " of " + type + " element " + i + ": expected 0x" + Long.toHexString(expected)
                        + ", found 0x" + Long.toHexString(found));
    }

    @ParameterizedTest
    @EnumSource
    void shouldDivideAsTheModel(DataType type) {
        SeededRandom random = new SeededRandom(type.name().hashCode());
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate((LONGEST + 1L) * type.sizeBytes()).address();
            for (int divisor = 1; divisor <= 9; divisor++) {
                long[] expected = new long[LONGEST];
                for (int i = 0; i < LONGEST; i++) {
                    Scalars.put(type, address, i, random(type, random));
                    expected[i] = Scalars.divide(type, Scalars.get(type, address, i), divisor);
                }
                Reducers.of(type).divide(address, LONGEST, divisor);
                for (int i = 0; i < LONGEST; i++) {
                    check(type, "division by " + divisor, i, expected[i], Scalars.get(type, address, i));
                }
            }
        }
    }

    /** All 65,536 values with each of those that make a difference: every exponent, both signs, ends of fractions. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void shouldDoAsTheModelForEverySixteenBitFloat(DataType type) {
        int count = 1 << 16;
        int step = type == DataType.F16 ? 0x5b5 : 0x8d1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(3L * count * Short.BYTES, 64);
            long left = memory.address();
            long right = left + (long) count * Short.BYTES;
            long to = right + (long) count * Short.BYTES;
            for (int i = 0; i < count; i++) {
                Scalars.put(type, left, i, i);
            }
            for (int other = 0; other < count; other += step) {
                for (int i = 0; i < count; i++) {
                    Scalars.put(type, right, i, other);
                }
                ReduceOperation operation = OPERATIONS[other % 4];
                Reducers.of(type).reduce(operation, left, right, to, count);
                for (int i = 0; i < count; i++) {
                    long expected = Scalars.reduce(type, operation, (short) i, (short) other);
                    if (expected != Scalars.get(type, to, i)) {
                        check(type, operation + " with " + other, i, expected, Scalars.get(type, to, i));
                    }
                }
            }
        }
    }

    @Test
    void shouldRoundToNearestEvenWhenHalvesAreAdded() {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(64).address();
            // 2048 + 1 lies between 2048 and 2050; 2050 + 1 between 2050 and 2052: the even fractions are 2048 and
            // 2052.
            short[] left = {Float.floatToFloat16(2048), Float.floatToFloat16(2050)};
            float[] expected = {2048, 2052};
            for (int i = 0; i < left.length; i++) {
                Scalars.put(DataType.F16, address, 0, left[i]);
                Scalars.put(DataType.F16, address, 1, Float.floatToFloat16(1));
                Reducers.of(DataType.F16).reduce(ReduceOperation.SUM, address, address + 2, address, 1);
                assertEquals(expected[i], Float.float16ToFloat((short) Scalars.get(DataType.F16, address, 0)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothing(DataType type) {
        int count = 4096;
        try (Arena arena = Arena.ofConfined()) {
            long left = arena.allocate(2L * count * type.sizeBytes(), 64).address();
            long right = left + (long) count * type.sizeBytes();
            long allocated = Allocations.inSteadyState(() -> {
                for (int i = 0; i < 500; i++) {
                    for (ReduceOperation operation : OPERATIONS) {
                        Reducers.of(type).reduce(operation, left, right, left, count);
                    }
                    Reducers.of(type).divide(left, count, 3);
                }
            });
            assertEquals(0, allocated);
        }
    }
}
