package io.heliograph.transport.wire;

import io.heliograph.bindings.checksum.LibdeflateCrc32;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.util.zip.CRC32;

/**
 * The invariant CRC of a RoCEv2 packet: CRC-32 over 8 bytes of 0xFF and the packet from its IP header to before the ICRC, with the fields that
 * routers change taken as ones (IBTA annex A17, section 17.9.2; PROTOCOL.md section 2.3).
 *
 * <p>The CRC is the work of a {@link Crc32Provider}. libdeflate goes on from what {@link HeaderCrc} knows of the headers, and reads the rest where it
 * lies. The JDK's CRC has no beginning but its own: a masked copy of the headers in a scratch is fed to it first.
 *
 * <p>Nothing is allocated but, with the JDK's CRC, a small view on first touch of each gibibyte of address space. One thread at a time.
 */
public final class Icrc {
    /** Bytes of the ICRC on the wire. */
    public static final int LENGTH = 4;

    private static final int PREFIX_BYTES = 8;
    private static final int BTH_MASKED = 4;
    private static final int SCRATCH_BYTES = 1024;

    /** What is masked of an IPv6 header's first word: traffic class and flow label. */
    private static final int CLASS_AND_FLOW = 0x0FFF_FFFF;

    /** Up to here a copy next to the headers costs less than a second call of the JDK's CRC. */
    private static final int COPY_LIMIT_BYTES = 512;

    private final boolean isNative;
    private final CRC32 crc = new CRC32();
    private final AddressWindows windows = new AddressWindows();
    private final HeaderCrc headerCrc;
    private final long scratch;

    /** A calculator by the best provider there is, whose scratch lives as long as {@code arena}. */
    public Icrc(Arena arena) {
        this(arena, Crc32Provider.best());
    }

    /**
     * A calculator by a certain provider.
     *
     * @throws IllegalArgumentException if that is not there
     */
    public Icrc(Arena arena, Crc32Provider provider) {
        if (!provider.isAvailable()) {
            throw new IllegalArgumentException(
                    "CRC-32 provider missing: provider=" + provider.title() + "; install it, or use JDK");
        }
        isNative = provider == Crc32Provider.LIBDEFLATE;
        headerCrc = new HeaderCrc(arena);
        scratch = arena.allocate(SCRATCH_BYTES, 64).address();
        NativeMemory.putLong(scratch, -1L);
    }

    /**
     * The ICRC of the packet whose IP header is at {@code ip}; the frame is only read.
     *
     * @param ip address of an IPv4 header without options or of an IPv6 header without extension headers
     * @param isIpv4 which of them
     * @param coveredBytes from there to before the ICRC; at least the headers up to the BTH, at most 65,535; not checked
     * @return the CRC; it goes on the wire with the least significant byte first, see {@link #put}
     */
    public int compute(long ip, boolean isIpv4, int coveredBytes) {
        if (isNative) {
            int start = isIpv4 ? headerCrc.ipv4(ip) : headerCrc.ipv6(ip);
            int done = (isIpv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH) + UdpLayout.LENGTH + BthLayout.LENGTH;
            return LibdeflateCrc32.update(start, ip + done, coveredBytes - done);
        }
        int headers = isIpv4 ? maskIpv4(ip) : maskIpv6(ip);
        int rest = coveredBytes - headers;
        crc.reset();
        if (rest <= COPY_LIMIT_BYTES) {
            NativeMemory.copy(ip + headers, scratch + PREFIX_BYTES + headers, rest);
            crc.update(windows.buffer(scratch, PREFIX_BYTES + coveredBytes));
        } else {
            crc.update(windows.buffer(scratch, PREFIX_BYTES + headers));
            crc.update(windows.buffer(ip + headers, rest));
        }
        return (int) crc.getValue();
    }

    /** The ICRC on the wire at {@code address}, comparable with {@link #compute}. */
    public static int get(long address) {
        return Integer.reverseBytes(NativeMemory.getIntBigEndian(address));
    }

    /** Writes an ICRC. */
    public static void put(long address, int icrc) {
        NativeMemory.putIntBigEndian(address, Integer.reverseBytes(icrc));
    }

    private int maskIpv4(long ip) {
        long to = scratch + PREFIX_BYTES;
        NativeMemory.putLong(to, NativeMemory.getLong(ip));
        NativeMemory.putLong(to + 8, NativeMemory.getLong(ip + 8));
        NativeMemory.putLong(to + 16, NativeMemory.getLong(ip + 16));
        NativeMemory.putLong(to + 24, NativeMemory.getLong(ip + 24));
        NativeMemory.putLong(to + 32, NativeMemory.getLong(ip + 32));
        NativeMemory.putByte(to + Ipv4Layout.TYPE_OF_SERVICE, (byte) -1);
        NativeMemory.putByte(to + Ipv4Layout.TIME_TO_LIVE, (byte) -1);
        NativeMemory.putShort(to + Ipv4Layout.CHECKSUM, (short) -1);
        return maskTransport(Ipv4Layout.LENGTH);
    }

    private int maskIpv6(long ip) {
        long to = scratch + PREFIX_BYTES;
        NativeMemory.copy(ip, to, Ipv6Layout.LENGTH + UdpLayout.LENGTH + BthLayout.LENGTH);
        NativeMemory.putIntBigEndian(to, NativeMemory.getIntBigEndian(to) | CLASS_AND_FLOW);
        NativeMemory.putByte(to + Ipv6Layout.HOP_LIMIT, (byte) -1);
        return maskTransport(Ipv6Layout.LENGTH);
    }

    private int maskTransport(int ipHeaderBytes) {
        long udp = scratch + PREFIX_BYTES + ipHeaderBytes;
        NativeMemory.putShort(udp + UdpLayout.CHECKSUM, (short) -1);
        NativeMemory.putByte(udp + UdpLayout.LENGTH + BTH_MASKED, (byte) -1);
        return ipHeaderBytes + UdpLayout.LENGTH + BthLayout.LENGTH;
    }
}
