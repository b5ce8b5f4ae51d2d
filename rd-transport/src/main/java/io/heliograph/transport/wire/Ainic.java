package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * The AINIC header of a data packet, see {@link AinicLayout}.
 *
 * @param flags 8 bits
 * @param messagePackets N, 24 bits
 * @param msn message sequence number
 */
public record Ainic(int flags, int messagePackets, int msn) {
    /** Checks that every value fits its field. */
    public Ainic {
        HeaderBytes.requireBits("flags", flags, 8);
        HeaderBytes.requireBits("messagePackets", messagePackets, 24);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Ainic parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, AinicLayout.LENGTH, "Ainic");
        int first = HeaderBytes.getInt(header, AinicLayout.FLAGS);
        return new Ainic(first >>> 24, first & 0xFF_FFFF, HeaderBytes.getInt(header, AinicLayout.MSN));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, AinicLayout.LENGTH, "Ainic");
        HeaderBytes.putInt(header, AinicLayout.FLAGS, flags << 24 | messagePackets);
        HeaderBytes.putInt(header, AinicLayout.MSN, msn);
    }
}
