package io.heliograph.transport.wire;

import io.heliograph.bindings.checksum.LibdeflateCrc32;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * The part of an ICRC that ends with the BTH, from what changed since a packet like it.
 *
 * <p>A CRC is linear: of two inputs of one length, the CRCs differ by the CRC, begun with and inverted by nothing, of their difference. Packets of one kind
 * and size between two nodes differ in no more than identification, UDP source port and PSN with its acknowledge bit: eight bytes at fixed distances
 * from the end, a table lookup each. Other headers are masked in a scratch and fed to libdeflate, then kept to compare the next ones with. Headers are
 * compared in registers, because vector loads of bytes that were stored just before wait for the store buffer to drain.
 *
 * <p>One thread at a time.
 */
final class HeaderCrc {
    /** Bytes of the prefix, which stands for a RoCE header that RoCEv2 does not have. */
    private static final int PREFIX_BYTES = 8;

    private static final int TRANSPORT_BYTES = UdpLayout.LENGTH + BthLayout.LENGTH;
    private static final int GREATEST_BYTES = Ipv6Layout.LENGTH + TRANSPORT_BYTES;
    private static final int SCRATCH_BYTES = PREFIX_BYTES + GREATEST_BYTES + 4;

    // Masks over big-endian words of eight bytes, counted from the start of the IP header: what routers change is ones.
    private static final long IPV4_TYPE_OF_SERVICE = 0x00FF_0000_0000_0000L;
    private static final long IPV4_TTL_AND_CHECKSUM = 0xFF00_FFFF_0000_0000L;
    private static final long IPV4_UDP_CHECKSUM = 0x0000_FFFF_0000_0000L;
    private static final long IPV4_BTH_RESERVED = 0xFF00_0000_0000_0000L;
    private static final long IPV6_CLASS_AND_FLOW = 0x0FFF_FFFF_0000_0000L;
    private static final long IPV6_HOP_LIMIT = 0x0000_0000_0000_00FFL;
    private static final long IPV6_UDP_CHECKSUM = 0x0000_0000_0000_FFFFL;
    private static final long IPV6_BTH_RESERVED = 0x0000_0000_FF00_0000L;

    /** Where identification and UDP source port are in their words over IPv4. */
    private static final long MIDDLE = 0x0000_0000_FFFF_0000L;
    /** Where the UDP source port is in its word over IPv6. */
    private static final long TOP = 0xFFFF_0000_0000_0000L;

    private static final int POLYNOMIAL = 0xEDB8_8320;
    private static final int TABLE_ENTRIES = 256;
    private static final int IDENTIFICATION_TABLES = 0;
    private static final int SOURCE_PORT_TABLES = 2 * TABLE_ENTRIES;
    private static final int PSN_TABLES = 4 * TABLE_ENTRIES;
    /** Bytes from behind each varying byte to the end of the BTH, the same over IPv4 and IPv6. */
    private static final int[] DISTANCES = {35, 34, 19, 18, 3, 2, 1, 0};

    private static final int[] TABLES = tables();

    /** Kinds of header that are remembered, a power of two: data and acknowledgements of a few peers. */
    private static final int ENTRIES = 32;

    /** Eight words of header and the CRC. */
    private static final int ENTRY_LONGS = 16;

    private static final int CRC = 8;

    private final long[] known = new long[ENTRIES * ENTRY_LONGS];
    private final long scratch;

    HeaderCrc(Arena arena) {
        scratch = arena.allocate(SCRATCH_BYTES, 64).address();
        NativeMemory.putLong(scratch, -1L);
    }

    /** The CRC of prefix and masked headers over IPv4, to be continued behind the BTH. */
    int ipv4(long ip) {
        long word0 = NativeMemory.getLongBigEndian(ip) | IPV4_TYPE_OF_SERVICE;
        long word1 = NativeMemory.getLongBigEndian(ip + 8) | IPV4_TTL_AND_CHECKSUM;
        long word2 = NativeMemory.getLongBigEndian(ip + 16);
        long word3 = NativeMemory.getLongBigEndian(ip + 24) | IPV4_UDP_CHECKSUM;
        long word4 = NativeMemory.getLongBigEndian(ip + 32) | IPV4_BTH_RESERVED;
        int entry = entry(word0 >>> 32 ^ word1 ^ word3);
        long difference0 = word0 ^ known[entry];
        long difference2 = word2 ^ known[entry + 2];
        long difference4 = word4 ^ known[entry + 4];
        long other = (difference0 | difference2) & ~MIDDLE | word1 ^ known[entry + 1] | word3 ^ known[entry + 3];
        if ((other | difference4 >>> 32) == 0) {
            return (int) known[entry + CRC]
                    ^ two(IDENTIFICATION_TABLES, (int) (difference0 >>> 16))
                    ^ two(SOURCE_PORT_TABLES, (int) (difference2 >>> 16))
                    ^ four((int) difference4);
        }
        known[entry] = word0;
        known[entry + 1] = word1;
        known[entry + 2] = word2;
        known[entry + 3] = word3;
        known[entry + 4] = word4;
        return learn(entry, Ipv4Layout.LENGTH + TRANSPORT_BYTES);
    }

    /** The CRC of prefix and masked headers over IPv6, to be continued behind the BTH. */
    int ipv6(long ip) {
        long word0 = NativeMemory.getLongBigEndian(ip) | IPV6_CLASS_AND_FLOW | IPV6_HOP_LIMIT;
        long word1 = NativeMemory.getLongBigEndian(ip + 8);
        long word2 = NativeMemory.getLongBigEndian(ip + 16);
        long word3 = NativeMemory.getLongBigEndian(ip + 24);
        long word4 = NativeMemory.getLongBigEndian(ip + 32);
        long word5 = NativeMemory.getLongBigEndian(ip + 40) | IPV6_UDP_CHECKSUM;
        long word6 = NativeMemory.getLongBigEndian(ip + 48) | IPV6_BTH_RESERVED;
        long word7 = NativeMemory.getIntBigEndian(ip + 56) & 0xFFFF_FFFFL;
        int entry = entry(word0 ^ word2 ^ word6);
        long difference5 = word5 ^ known[entry + 5];
        long other = word0 ^ known[entry]
                | word1 ^ known[entry + 1]
                | word2 ^ known[entry + 2]
                | word3 ^ known[entry + 3]
                | word4 ^ known[entry + 4]
                | difference5 & ~TOP
                | word6 ^ known[entry + 6];
        if (other == 0) {
            return (int) known[entry + CRC]
                    ^ two(SOURCE_PORT_TABLES, (int) (difference5 >>> 48))
                    ^ four((int) (word7 ^ known[entry + 7]));
        }
        known[entry] = word0;
        known[entry + 1] = word1;
        known[entry + 2] = word2;
        known[entry + 3] = word3;
        known[entry + 4] = word4;
        known[entry + 5] = word5;
        known[entry + 6] = word6;
        // The last word is half: its four bytes are the high ones when it is written.
        known[entry + 7] = word7 << 32;
        int crc = learn(entry, GREATEST_BYTES);
        known[entry + 7] = word7;
        return crc;
    }

    /** A word 0 of zeros never comes, because both kinds have a version in it, so what was never learnt matches nothing. */
    private static int entry(long hash) {
        long mixed = hash * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 59) * ENTRY_LONGS;
    }

    private int learn(int entry, int headerBytes) {
        long to = scratch + PREFIX_BYTES;
        for (int i = 0; i < (headerBytes + 7) >> 3; i++) {
            NativeMemory.putLongBigEndian(to + 8L * i, known[entry + i]);
        }
        int crc = LibdeflateCrc32.update(0, scratch, PREFIX_BYTES + headerBytes);
        known[entry + CRC] = crc;
        return crc;
    }

    private static int two(int tables, int bytes) {
        return TABLES[tables + (bytes >>> 8 & 0xFF)] ^ TABLES[tables + TABLE_ENTRIES + (bytes & 0xFF)];
    }

    private static int four(int bytes) {
        return two(PSN_TABLES, bytes >>> 16) ^ two(PSN_TABLES + 2 * TABLE_ENTRIES, bytes);
    }

    /** For each varying byte: the CRC, begun with and inverted by nothing, of its values and of as many zeros as follow it. */
    private static int[] tables() {
        int[] tables = new int[DISTANCES.length * TABLE_ENTRIES];
        for (int table = 0; table < DISTANCES.length; table++) {
            for (int value = 0; value < TABLE_ENTRIES; value++) {
                int crc = value;
                for (int bit = 0; bit < 8 * (1 + DISTANCES[table]); bit++) {
                    crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
                }
                tables[table * TABLE_ENTRIES + value] = crc;
            }
        }
        return tables;
    }
}
