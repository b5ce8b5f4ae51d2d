package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * An immediate data header, see {@link ImmDtLayout}.
 *
 * @param immediate 32 bits
 */
public record ImmDt(int immediate) {
    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static ImmDt parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, ImmDtLayout.LENGTH, "ImmDt");
        return new ImmDt(HeaderBytes.getInt(header, 0));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, ImmDtLayout.LENGTH, "ImmDt");
        HeaderBytes.putInt(header, 0, immediate);
    }
}
