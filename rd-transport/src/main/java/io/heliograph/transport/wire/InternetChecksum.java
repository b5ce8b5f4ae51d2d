package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import java.nio.ByteOrder;

/**
 * The one's complement sum of IP and UDP. Sums are added up unfolded in a long and folded once; they are in big-endian order, that is the first byte of a
 * pair counts 256.
 *
 * <p>Source: RFC 1071, whose section 2 has why words of any size and order may be added.
 */
final class InternetChecksum {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private InternetChecksum() {}

    /** The sum of {@code lengthBytes} bytes at {@code address}, 0 to 0xFFFF; an odd last byte counts as if a zero byte followed. */
    static int sum(long address, int lengthBytes) {
        // A counted loop in its plainest form, because that is the one that the compiler turns into vector
        // instructions.
        int words = lengthBytes >> 3;
        long sum = 0;
        for (int i = 0; i < words; i++) {
            long word = NativeMemory.getLong(address + 8L * i);
            sum += (word & 0xFFFF_FFFFL) + (word >>> 32);
        }
        long at = address + 8L * words;
        long end = address + lengthBytes;
        for (; end - at >= 2; at += 2) {
            sum += NativeMemory.getUnsignedShort(at);
        }
        if (at < end) {
            int last = NativeMemory.getUnsignedByte(at);
            sum += SWAP ? last : last << 8;
        }
        int folded = fold(sum);
        return SWAP ? Short.toUnsignedInt(Short.reverseBytes((short) folded)) : folded;
    }

    /** Folds a sum of 16-bit words to 16 bits. */
    static int fold(long sum) {
        long folded = (sum & 0xFFFF_FFFFL) + (sum >>> 32);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        folded = (folded & 0xFFFF) + (folded >>> 16);
        return (int) ((folded & 0xFFFF) + (folded >>> 16));
    }

    /** The checksum field for a sum of everything else. */
    static int checksum(long sum) {
        return ~fold(sum) & 0xFFFF;
    }
}
