package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.OperandWord;

/**
 * Dual-rail encoding: each bit of a key lights one of two rails, and each bit of a rule lets light pass from the other one.
 *
 * <pre>
 *   key   1: light on rail 0, 0: on rail 1
 *   rule  1: passes rail 1,   0: passes rail 0,   x: passes neither
 * </pre>
 *
 * <p>So a bit that differs adds a product of full scale to the rule's sum, and one that agrees, or does not matter, adds nothing. After HPE's optical ternary
 * content-addressable memories (US 11,200,929 and US 11,057,143).
 */
final class KeyRails {

    static final int RAILS_PER_BIT = 2;

    private static final int RAIL_BYTES = Byte.SIZE * RAILS_PER_BIT;
    private static final int BYTE_VALUES = 256;

    /** The rails of each byte, as two little-endian words. */
    private static final long[] RAILS = new long[2 * BYTE_VALUES];

    static {
        for (int value = 0; value < BYTE_VALUES; value++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                int lit = RAILS_PER_BIT * bit + litRail(value >>> Byte.SIZE - 1 - bit & 1);
                RAILS[2 * value + lit / Long.BYTES] |= (long) OperandWord.MAX_VALUE << lit % Long.BYTES * Byte.SIZE;
            }
        }
    }

    private KeyRails() {}

    /** Bytes to have for the rails of a key: a byte a rail, whole key bytes. */
    static int bytesFor(int width) {
        return (width + Byte.SIZE - 1) / Byte.SIZE * RAIL_BYTES;
    }

    /** The rail that a key's bit lights. */
    private static int litRail(int bit) {
        return bit == 0 ? 1 : 0;
    }

    /** The rail, of all, that a rule's bit lets pass; the bit is 0 or 1. */
    static int passingRail(int bit, int wanted) {
        return RAILS_PER_BIT * bit + 1 - litRail(wanted);
    }

    /** Writes the rails of a key: 255 or 0 each. */
    static void widen(long key, int width, long rails) {
        int bytes = (width + Byte.SIZE - 1) / Byte.SIZE;
        for (int k = 0; k < bytes; k++) {
            int value = NativeMemory.getUnsignedByte(key + k);
            NativeMemory.putLong(rails + (long) k * RAIL_BYTES, RAILS[2 * value]);
            NativeMemory.putLong(rails + (long) k * RAIL_BYTES + Long.BYTES, RAILS[2 * value + 1]);
        }
    }
}
