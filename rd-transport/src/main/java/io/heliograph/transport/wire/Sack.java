package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * The SACK part of a control packet, see {@link SackLayout}.
 *
 * @param cumulativePsn the first PSN that is not received, 24 bits
 * @param bitmapOffset from there to the PSN of bit 0, -32,768 to 32,767
 * @param reflectedEntropy 16 bits
 * @param bitmap what is received of 64 PSNs
 */
public record Sack(int cumulativePsn, int bitmapOffset, int reflectedEntropy, long bitmap) {
    /** Checks that every value fits its field. */
    public Sack {
        HeaderBytes.requireBits("cumulativePsn", cumulativePsn, 24);
        HeaderBytes.requireBits("bitmapOffset + 32768", bitmapOffset + 32_768, 16);
        HeaderBytes.requireBits("reflectedEntropy", reflectedEntropy, 16);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Sack parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, SackLayout.LENGTH, "Sack");
        return new Sack(
                HeaderBytes.getInt(header, SackLayout.CUMULATIVE_PSN) & 0xFF_FFFF,
                (short) HeaderBytes.getShort(header, SackLayout.BITMAP_OFFSET),
                HeaderBytes.getShort(header, SackLayout.REFLECTED_ENTROPY),
                HeaderBytes.getLong(header, SackLayout.BITMAP));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, SackLayout.LENGTH, "Sack");
        HeaderBytes.putInt(header, SackLayout.CUMULATIVE_PSN, cumulativePsn);
        HeaderBytes.putShort(header, SackLayout.BITMAP_OFFSET, bitmapOffset);
        HeaderBytes.putShort(header, SackLayout.REFLECTED_ENTROPY, reflectedEntropy);
        HeaderBytes.putLong(header, SackLayout.BITMAP, bitmap);
    }
}
