package io.heliograph.offload.device;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * What the DAC of one arm gave in the last cycles, as 16-bit values of 0 to 255: the light that is under way.
 *
 * <p>A ring of a power of two samples, whose first word is repeated behind the end, so that a word may be read at any sample.
 */
final class LightHistory {

    private static final long CODES = 0x7F80_7F80_7F80_7F80L;
    private static final int LANES_AT_ONCE = 4;

    private final long base;
    private final int lanes;
    private final int sampleMask;
    private final long wordBytes;

    /** A dark arm that remembers {@code flight} samples and the word that is written. */
    LightHistory(Arena arena, int lanes, int flight) {
        this.lanes = lanes;
        int samples = Integer.highestOneBit(flight + 2 * lanes) * 2;
        sampleMask = samples - 1;
        wordBytes = (long) lanes * OperandWord.LANE_BYTES;
        base = arena.allocate(samples * (long) OperandWord.LANE_BYTES + wordBytes, Long.BYTES * Byte.SIZE)
                .address();
    }

    /** Converts the word of an entry; the lowest {@code dropped} bits of each value are lost. */
    void put(long entry, long codes, int dropped) {
        long sample = entry * lanes & sampleMask;
        long to = base + sample * OperandWord.LANE_BYTES;
        if (dropped == 0 && lanes >= LANES_AT_ONCE) {
            for (long at = 0; at < wordBytes; at += Long.BYTES) {
                NativeMemory.putLong(to + at, (NativeMemory.getLong(codes + at) & CODES) >>> OperandWord.VALUE_SHIFT);
            }
        } else {
            for (long at = 0; at < wordBytes; at += OperandWord.LANE_BYTES) {
                int value = OperandWord.value(NativeMemory.getUnsignedShort(codes + at));
                NativeMemory.putShort(to + at, (short) (value >> dropped << dropped));
            }
        }
        repeat(sample, to);
    }

    void putDark(long entry) {
        long sample = entry * lanes & sampleMask;
        long to = base + sample * OperandWord.LANE_BYTES;
        NativeMemory.fill(to, wordBytes, (byte) 0);
        repeat(sample, to);
    }

    private void repeat(long sample, long from) {
        if (sample == 0) {
            NativeMemory.copy(from, from + (sampleMask + 1L) * OperandWord.LANE_BYTES, wordBytes);
        }
    }

    /** The address of the word that begins at a sample; before the first sample all is dark. */
    long at(long sample) {
        return base + (sample & sampleMask) * OperandWord.LANE_BYTES;
    }
}
