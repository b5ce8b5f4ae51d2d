package io.heliograph.emulator.fabric;

import io.heliograph.transport.rate.WireBytes;

/**
 * How many bytes of a line a frame takes: the real ones by default, or those that another simulator counts, so that results can be compared digit by digit.
 *
 * @param dataOverheadBytes what an AINIC data packet takes beyond its payload; negative for the real bytes
 * @param controlBytes what every other frame takes, a trimmed data packet among them; negative for the real bytes
 */
public record WireAccounting(int dataOverheadBytes, int controlBytes) {
    /** The bytes of the frame, at least 60, and {@link WireBytes#OVERHEAD} for preamble, check sequence and gap. */
    public static final WireAccounting REAL = new WireAccounting(-1, -1);

    int dataFrame(int frameBytes, int payloadBytes) {
        return dataOverheadBytes < 0 ? WireBytes.of(frameBytes) : payloadBytes + dataOverheadBytes;
    }

    int otherFrame(int frameBytes) {
        return controlBytes < 0 ? WireBytes.of(frameBytes) : controlBytes;
    }
}
