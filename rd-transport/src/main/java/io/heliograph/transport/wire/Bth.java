package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * A base transport header, see {@link BthLayout}; the reserved bits beside A are not kept.
 *
 * @param opcode 8 bits
 * @param solicited S
 * @param migrated M
 * @param pad pad bytes, 2 bits
 * @param version TVer, 4 bits
 * @param partitionKey P_Key, 16 bits
 * @param reserved byte 4, where others have congestion marks; not covered by the ICRC
 * @param destinationQp 24 bits, see {@link QueuePair}
 * @param acknowledge A
 * @param psn 24 bits
 */
public record Bth(
        int opcode,
        boolean solicited,
        boolean migrated,
        int pad,
        int version,
        int partitionKey,
        int reserved,
        int destinationQp,
        boolean acknowledge,
        int psn) {
    /** Checks that every value fits its field. */
    public Bth {
        HeaderBytes.requireBits("opcode", opcode, 8);
        HeaderBytes.requireBits("pad", pad, 2);
        HeaderBytes.requireBits("version", version, 4);
        HeaderBytes.requireBits("partitionKey", partitionKey, 16);
        HeaderBytes.requireBits("reserved", reserved, 8);
        HeaderBytes.requireBits("destinationQp", destinationQp, 24);
        HeaderBytes.requireBits("psn", psn, 24);
    }

    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Bth parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, BthLayout.LENGTH, "Bth");
        int second = HeaderBytes.getByte(header, BthLayout.PAD_AND_VERSION);
        int qp = HeaderBytes.getInt(header, BthLayout.DESTINATION_QP);
        int psn = HeaderBytes.getInt(header, BthLayout.PSN);
        return new Bth(
                HeaderBytes.getByte(header, BthLayout.OPCODE),
                (second & 0x80) != 0,
                (second & 0x40) != 0,
                second >> 4 & 3,
                second & 0xF,
                HeaderBytes.getShort(header, BthLayout.P_KEY),
                qp >>> 24,
                qp & 0xFF_FFFF,
                psn < 0,
                psn & 0xFF_FFFF);
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, BthLayout.LENGTH, "Bth");
        HeaderBytes.putByte(header, BthLayout.OPCODE, opcode);
        int flags = (solicited ? 0x80 : 0) | (migrated ? 0x40 : 0);
        HeaderBytes.putByte(header, BthLayout.PAD_AND_VERSION, flags | pad << 4 | version);
        HeaderBytes.putShort(header, BthLayout.P_KEY, partitionKey);
        HeaderBytes.putInt(header, BthLayout.DESTINATION_QP, reserved << 24 | destinationQp);
        HeaderBytes.putInt(header, BthLayout.PSN, (acknowledge ? 0x8000_0000 : 0) | psn);
    }
}
