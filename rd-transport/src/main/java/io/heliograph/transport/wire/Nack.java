package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * The NACK part of a control packet, see {@link NackLayout}.
 *
 * @param reason 8 bits, see {@link NackReason}
 * @param reflectedEntropy 16 bits
 * @param msn the message of the refused packet
 * @param information depends on the reason
 */
public record Nack(int reason, int reflectedEntropy, int msn, int information) {
    /** Checks that every value fits its field. */
    public Nack {
        HeaderBytes.requireBits("reason", reason, 8);
        HeaderBytes.requireBits("reflectedEntropy", reflectedEntropy, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Nack parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, NackLayout.LENGTH, "Nack");
        return new Nack(
                HeaderBytes.getByte(header, NackLayout.REASON),
                HeaderBytes.getShort(header, NackLayout.REFLECTED_ENTROPY),
                HeaderBytes.getInt(header, NackLayout.MSN),
                HeaderBytes.getInt(header, NackLayout.INFORMATION));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, NackLayout.LENGTH, "Nack");
        HeaderBytes.putInt(header, NackLayout.REASON, reason << 24 | reflectedEntropy);
        HeaderBytes.putInt(header, NackLayout.MSN, msn);
        HeaderBytes.putInt(header, NackLayout.INFORMATION, information);
    }
}
