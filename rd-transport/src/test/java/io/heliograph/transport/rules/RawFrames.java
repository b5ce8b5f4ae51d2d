package io.heliograph.transport.rules;

import java.util.Arrays;

/** What networks do to frames. */
final class RawFrames {
    private RawFrames() {}

    /** The first bytes, as a switch leaves them that does not rewrite lengths. */
    static byte[] trimmed(byte[] frame, int lengthBytes) {
        return Arrays.copyOf(frame, lengthBytes);
    }

    /** One bit is another. */
    static byte[] flipped(byte[] frame, int byteIndex, int bit) {
        byte[] copy = frame.clone();
        copy[byteIndex] ^= (byte) (1 << bit);
        return copy;
    }
}
