package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * An RDMA extended transport header, see {@link RethLayout}.
 *
 * @param virtualAddress where the payload goes
 * @param key the region's
 * @param dmaLength payload bytes, unsigned
 */
public record Reth(long virtualAddress, int key, int dmaLength) {
    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Reth parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, RethLayout.LENGTH, "Reth");
        return new Reth(
                HeaderBytes.getLong(header, RethLayout.VIRTUAL_ADDRESS),
                HeaderBytes.getInt(header, RethLayout.KEY),
                HeaderBytes.getInt(header, RethLayout.DMA_LENGTH));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, RethLayout.LENGTH, "Reth");
        HeaderBytes.putLong(header, RethLayout.VIRTUAL_ADDRESS, virtualAddress);
        HeaderBytes.putInt(header, RethLayout.KEY, key);
        HeaderBytes.putInt(header, RethLayout.DMA_LENGTH, dmaLength);
    }
}
