package io.heliograph.transport.wire;

import java.lang.foreign.MemorySegment;

/**
 * The PROBE part of a control packet, see {@link ProbeLayout}.
 *
 * @param answer whether this answers a probe
 * @param nonce what an answer repeats
 */
public record Probe(boolean answer, int nonce) {
    /**
     * Parses the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} ends before the header does
     */
    public static Probe parse(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, ProbeLayout.LENGTH, "Probe");
        return new Probe(
                HeaderBytes.getByte(header, ProbeLayout.ANSWER) == 1, HeaderBytes.getInt(header, ProbeLayout.NONCE));
    }

    /**
     * Emits the header at {@code offset}.
     *
     * @throws IllegalArgumentException if {@code bytes} has no room
     */
    public void emit(MemorySegment bytes, long offset) {
        MemorySegment header = HeaderBytes.slice(bytes, offset, ProbeLayout.LENGTH, "Probe");
        HeaderBytes.putInt(header, ProbeLayout.ANSWER, answer ? 1 << 24 : 0);
        HeaderBytes.putInt(header, ProbeLayout.NONCE, nonce);
    }
}
