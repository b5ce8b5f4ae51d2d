package io.heliograph.transport.rate;

/** What a frame takes of an Ethernet line, in bytes (IEEE 802.3 clauses 3 and 4.4.2): more than the frame that a port is given. */
public final class WireBytes {
    /** Preamble and start delimiter 8, frame check sequence 4, gap between frames 12. */
    public static final int OVERHEAD = 24;
    /** Shorter frames are padded to this, without the frame check sequence. */
    public static final int MIN_FRAME = 60;

    private WireBytes() {}

    /** Bytes on the line of a frame of {@code frameBytes}, counted from the Ethernet header to the end of the payload. */
    public static int of(int frameBytes) {
        return Math.max(frameBytes, MIN_FRAME) + OVERHEAD;
    }
}
