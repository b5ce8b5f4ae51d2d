package io.heliograph.transport.wire;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import java.lang.foreign.Arena;

/**
 * The Ethernet, IP and UDP headers of everything that goes to one peer, made once and copied in front of each packet by {@link FrameWriter}.
 *
 * <p>Off-heap; the sums of what never changes are kept beside, so that checksums cost only what is patched. One thread at a time.
 */
public final class PeerHeader {
    /** What is copied at once; more than any header, less than any frame. */
    static final int TEMPLATE_BYTES = 64;

    /** A class selector is the top three bits of the DSCP, which is the top six of the byte. */
    private static final int CLASS_SELECTOR_SHIFT = 5;

    /** TTL and hop limit: the default of RFC 1700 and of every system's UDP. */
    private static final int HOP_LIMIT = 64;

    private final long address;
    private final boolean ipv4;
    private int ipHeaderSum;
    private int pseudoHeaderSum;
    private int identification;

    /**
     * Headers with Ethernet addresses 0, to be set by {@link #ethernet}, and DSCP 0.
     *
     * @param arena how long they live
     * @param source the own address
     * @param destination the peer's, of the same family
     * @param udpPort the destination port
     * @throws IllegalArgumentException if the families differ
     */
    public PeerHeader(Arena arena, IpAddress source, IpAddress destination, int udpPort) {
        if (source.isIpv4() != destination.isIpv4()) {
            throw new IllegalArgumentException(
                    "addresses of different families: source=" + source + " destination=" + destination);
        }
        this.ipv4 = source.isIpv4();
        this.address = arena.allocate(TEMPLATE_BYTES, 64).address();
        long ip = address + EthernetLayout.LENGTH;
        if (ipv4) {
            putIpv4(ip, source, destination);
        } else {
            putIpv6(ip, source, destination);
        }
        NativeMemory.putShortBigEndian(ip + ipHeaderBytes() + UdpLayout.DESTINATION_PORT, (short) udpPort);
        sumConstants();
    }

    private void sumConstants() {
        long ip = address + EthernetLayout.LENGTH;
        ipHeaderSum = ipv4 ? InternetChecksum.sum(ip, Ipv4Layout.LENGTH) : 0;
        pseudoHeaderSum = ipv4 ? 0 : InternetChecksum.sum(ip + Ipv6Layout.SOURCE, 32) + Ipv4Layout.PROTOCOL_UDP;
    }

    /** Turns the template to another peer of the same family, as the two words of its {@link IpAddress}. */
    public void retarget(long sourceMac, long destinationMac, long high, long low) {
        ethernet(sourceMac, destinationMac);
        long ip = address + EthernetLayout.LENGTH;
        if (ipv4) {
            NativeMemory.putIntBigEndian(ip + Ipv4Layout.DESTINATION, (int) low);
        } else {
            NativeMemory.putLongBigEndian(ip + Ipv6Layout.DESTINATION, high);
            NativeMemory.putLongBigEndian(ip + Ipv6Layout.DESTINATION + 8, low);
        }
        sumConstants();
    }

    private static void putIpv4(long ip, IpAddress source, IpAddress destination) {
        NativeMemory.putByte(ip + Ipv4Layout.VERSION_AND_LENGTH, (byte) 0x45);
        NativeMemory.putShortBigEndian(ip + Ipv4Layout.FRAGMENT, (short) Ipv4Layout.DONT_FRAGMENT);
        NativeMemory.putByte(ip + Ipv4Layout.TIME_TO_LIVE, (byte) HOP_LIMIT);
        NativeMemory.putByte(ip + Ipv4Layout.PROTOCOL, (byte) Ipv4Layout.PROTOCOL_UDP);
        NativeMemory.putIntBigEndian(ip + Ipv4Layout.SOURCE, source.ipv4());
        NativeMemory.putIntBigEndian(ip + Ipv4Layout.DESTINATION, destination.ipv4());
    }

    private static void putIpv6(long ip, IpAddress source, IpAddress destination) {
        NativeMemory.putByte(ip + Ipv6Layout.VERSION_CLASS_FLOW, (byte) 0x60);
        NativeMemory.putByte(ip + Ipv6Layout.NEXT_HEADER, (byte) Ipv4Layout.PROTOCOL_UDP);
        NativeMemory.putByte(ip + Ipv6Layout.HOP_LIMIT, (byte) HOP_LIMIT);
        NativeMemory.putLongBigEndian(ip + Ipv6Layout.SOURCE, source.high());
        NativeMemory.putLongBigEndian(ip + Ipv6Layout.SOURCE + 8, source.low());
        NativeMemory.putLongBigEndian(ip + Ipv6Layout.DESTINATION, destination.high());
        NativeMemory.putLongBigEndian(ip + Ipv6Layout.DESTINATION + 8, destination.low());
    }

    /** Sets the Ethernet addresses, when they are known or have changed; see {@code MacAddress}. */
    public void ethernet(long sourceMac, long destinationMac) {
        int type = ipv4 ? EthernetLayout.TYPE_IPV4 : EthernetLayout.TYPE_IPV6;
        EthernetLayout.put(address, destinationMac, sourceMac, type);
    }

    /** Whether packets go over IPv4. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** From the start of a frame to the BTH. */
    public int bthOffset() {
        return EthernetLayout.LENGTH + ipHeaderBytes() + UdpLayout.LENGTH;
    }

    /** The most payload bytes of a packet to this peer, a multiple of 4. */
    public int maxPayload(int mtuBytes) {
        return PacketSize.maxPayload(mtuBytes, ipv4);
    }

    int ipHeaderBytes() {
        return ipv4 ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH;
    }

    /** Copies the template; overwrites {@link #TEMPLATE_BYTES} bytes at {@code frame}. */
    void copyTo(long frame) {
        for (int i = 0; i < TEMPLATE_BYTES; i += 8) {
            NativeMemory.putLong(frame + i, NativeMemory.getLong(address + i));
        }
    }

    /** Sets what IP says of this packet: its class and length and, over IPv4, a new identification and the checksum. */
    void patchIp(long ip, int udpBytes, int trafficClass) {
        if (!ipv4) {
            Ipv6Layout.putPayloadLength(ip, udpBytes);
            Ipv6Layout.putTrafficClass(ip, trafficClass << CLASS_SELECTOR_SHIFT);
            return;
        }
        int typeOfService = trafficClass << CLASS_SELECTOR_SHIFT;
        Ipv4Layout.putTypeOfService(ip, typeOfService);
        int totalLength = Ipv4Layout.LENGTH + udpBytes;
        identification = identification + 1 & 0xFFFF;
        Ipv4Layout.putTotalLength(ip, totalLength);
        Ipv4Layout.putIdentification(ip, identification);
        Ipv4Layout.putChecksum(
                ip, InternetChecksum.checksum((long) ipHeaderSum + typeOfService + totalLength + identification));
    }

    /** Sets the UDP checksum over a packet that is otherwise complete; over IPv4 it stays 0, none. */
    void patchUdpChecksum(long udp, int udpBytes) {
        if (!ipv4) {
            int sum =
                    InternetChecksum.checksum((long) pseudoHeaderSum + udpBytes + InternetChecksum.sum(udp, udpBytes));
            // RFC 768: a computed 0 is sent as ones, because 0 means none.
            UdpLayout.putChecksum(udp, sum == 0 ? 0xFFFF : sum);
        }
    }
}
