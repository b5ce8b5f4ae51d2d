package io.heliograph.transport.wire;

/**
 * Where the parts of a frame lie, as {@link FrameCheck} found them. Which accessors are valid depends on its answer:
 *
 * <table>
 * <caption>Valid accessors</caption>
 * <tr><th>answer</th><th>accessors</th></tr>
 * <tr><td>{@link PacketKind#DATA}</td><td>all</td></tr>
 * <tr><td>{@link PacketKind#DATA_TRIMMED}</td><td>all; {@link #payloadLength} is 0, and nothing in the frame is verified</td></tr>
 * <tr><td>SACK, NACK, PROBE</td><td>all but the payload's</td></tr>
 * <tr><td>{@link PacketKind#PAUSE}</td><td>nothing</td></tr>
 * <tr><td>{@link PacketKind#NEIGHBOUR}</td><td>{@link #sourceMac}, {@link #l3Offset}, {@link #isIpv4} (false)</td></tr>
 * <tr><td>negative</td><td>none</td></tr>
 * </table>
 *
 * <p>Holds addresses, not the frame. One thread at a time.
 */
public class CheckedFrame {
    long frameAddress;
    int l3Offset;
    boolean ipv4;
    long sourceHigh;
    long sourceLow;
    int entropy;
    long bthAddress;
    int transportBytes;
    long identityAddress;
    long payloadAddress;
    int payloadLength;

    /** Nothing yet. */
    public CheckedFrame() {}

    /** Becomes what another is, which may be checked anew meanwhile; the frame must stay. */
    public final void set(CheckedFrame other) {
        frameAddress = other.frameAddress;
        l3Offset = other.l3Offset;
        ipv4 = other.ipv4;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        entropy = other.entropy;
        bthAddress = other.bthAddress;
        transportBytes = other.transportBytes;
        identityAddress = other.identityAddress;
        payloadAddress = other.payloadAddress;
        payloadLength = other.payloadLength;
    }

    /** The traffic class of the packet: the class selector in its DSCP. */
    public final int trafficClass() {
        long ip = frameAddress + l3Offset;
        return (ipv4 ? Ipv4Layout.typeOfService(ip) : Ipv6Layout.trafficClass(ip)) >>> 5;
    }

    /** From the start of the frame to the IP header, or to the ARP packet: 14, or 18 behind a VLAN tag. */
    public final int l3Offset() {
        return l3Offset;
    }

    /** Whether the packet is IPv4. */
    public final boolean isIpv4() {
        return ipv4;
    }

    /** The Ethernet address the frame comes from, see {@code MacAddress}. */
    public final long sourceMac() {
        return EthernetLayout.source(frameAddress);
    }

    /** High word of the sender's address, see {@link io.heliograph.transport.IpAddress}. */
    public final long sourceHigh() {
        return sourceHigh;
    }

    /** Low word of the sender's address, see {@link io.heliograph.transport.IpAddress}. */
    public final long sourceLow() {
        return sourceLow;
    }

    /** The UDP source port. */
    public final int entropy() {
        return entropy;
    }

    /** Address of the BTH, which the layouts of transport headers take. */
    public final long bthAddress() {
        return bthAddress;
    }

    /** Bytes from the BTH to the end of the packet, ICRC included. Valid also after defects from {@link FrameDefect#UNKNOWN_OPCODE} on, as is {@link #bthAddress}. */
    public final int transportBytes() {
        return transportBytes;
    }

    /** Address of the incarnations and the SrcQP, which {@link IdentityLayout} takes. */
    public final long identityAddress() {
        return identityAddress;
    }

    /** Address of a data packet's first payload byte. */
    public final long payloadAddress() {
        return payloadAddress;
    }

    /** Bytes of a data packet's payload, without pad; 0 if it is trimmed. */
    public final int payloadLength() {
        return payloadLength;
    }
}
