package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * RDETH and DETH, or the common part of control packets: who talks to whom, see {@link IdentityLayout}.
 *
 * @param destinationIncarnation 0 if the sender knows none
 * @param sourceIncarnation the sender's
 * @param sourceQp 24 bits, see {@link QueuePair}
 */
public record Identity(int destinationIncarnation, int sourceIncarnation, int sourceQp) {
    /** Checks that every value fits its field. */
    public Identity {
        HeaderBytes.requireBits("sourceQp", sourceQp, 24);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Identity parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, IdentityLayout.LENGTH, "Identity");
        return new Identity(
                HeaderBytes.getInt(header, IdentityLayout.DESTINATION_INCARNATION),
                HeaderBytes.getInt(header, IdentityLayout.SOURCE_INCARNATION),
                HeaderBytes.getInt(header, IdentityLayout.SOURCE_QP) & 0xFF_FFFF);
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, IdentityLayout.LENGTH, "Identity");
        HeaderBytes.putInt(header, IdentityLayout.DESTINATION_INCARNATION, destinationIncarnation);
        HeaderBytes.putInt(header, IdentityLayout.SOURCE_INCARNATION, sourceIncarnation);
        HeaderBytes.putInt(header, IdentityLayout.SOURCE_QP, sourceQp);
    }
}
