package io.heliograph.transport.wire;

/** Checksums as the standards write them, bit by bit and word by word: slow, and nothing shared with what they judge. */
public final class ReferenceSums {
    private ReferenceSums() {}

    /** CRC-32 of IEEE 802.3. */
    public static int crc32(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            for (int bit = 0; bit < 8; bit++) {
                boolean carry = ((crc ^ b >>> bit) & 1) != 0;
                crc = carry ? crc >>> 1 ^ 0xEDB8_8320 : crc >>> 1;
            }
        }
        return ~crc;
    }

    /** The ICRC of a frame without VLAN tag whose last four bytes are one, masked as PROTOCOL.md section 2.3 says. */
    public static int icrc(byte[] frame, int l3Offset, boolean isIpv4) {
        int covered = frame.length - l3Offset - 4;
        byte[] bytes = new byte[8 + covered];
        System.arraycopy(frame, l3Offset, bytes, 8, covered);
        int udp = 8 + (isIpv4 ? 20 : 40);
        int[] masked = isIpv4
                ? new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8 + 1, 8 + 8, 8 + 10, 8 + 11, udp + 6, udp + 7, udp + 12}
                : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8 + 1, 8 + 2, 8 + 3, 8 + 7, udp + 6, udp + 7, udp + 12};
        for (int index : masked) {
            bytes[index] = -1;
        }
        if (!isIpv4) {
            bytes[8] |= 0x0F;
        }
        return crc32(bytes);
    }

    /** The Internet checksum field for bytes in which the field is 0 (RFC 1071). */
    public static int internetChecksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i++) {
            sum += (i & 1) == 0 ? (bytes[i] & 0xFF) << 8 : bytes[i] & 0xFF;
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return ~sum & 0xFFFF;
    }
}
