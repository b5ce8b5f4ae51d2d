package io.heliograph.emulator.conformance;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** What networks do to frames. */
final class FrameDamage {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;
    private static final int IPV6 = 40;

    private FrameDamage() {}

    /** Cut to so many bytes, with the lengths of IP and UDP rewritten, as switches do (PROTOCOL.md section 2.4). */
    static byte[] trimmed(byte[] frame, int bytes) {
        if (frame.length <= bytes) {
            return frame;
        }
        byte[] cut = Arrays.copyOf(frame, bytes);
        ByteBuffer buffer = ByteBuffer.wrap(cut);
        int ipBytes = bytes - ETHERNET;
        if (cut[ETHERNET] >>> 4 == 4) {
            buffer.putShort(ETHERNET + 2, (short) ipBytes);
            buffer.putShort(ETHERNET + 10, (short) 0);
            int sum = 0;
            for (int i = 0; i < IPV4; i += 2) {
                sum += buffer.getShort(ETHERNET + i) & 0xFFFF;
            }
            sum = (sum & 0xFFFF) + (sum >>> 16);
            sum = (sum & 0xFFFF) + (sum >>> 16);
            buffer.putShort(ETHERNET + 10, (short) ~sum);
            buffer.putShort(ETHERNET + IPV4 + 4, (short) (ipBytes - IPV4));
        } else {
            buffer.putShort(ETHERNET + 4, (short) (ipBytes - IPV6));
            buffer.putShort(ETHERNET + IPV6 + 4, (short) (ipBytes - IPV6));
        }
        return cut;
    }

    /** With one bit of the payload, or of what is near the end, turned. */
    static byte[] corrupted(byte[] frame, int bit) {
        byte[] copy = frame.clone();
        int index = ETHERNET + IPV4 + 20 + bit / 8 % Math.max(1, copy.length - ETHERNET - IPV4 - 20);
        copy[Math.min(index, copy.length - 1)] ^= (byte) (1 << bit % 8);
        return copy;
    }
}
