package io.heliograph.transport.wire;

/**
 * What {@link FrameWriter} puts into the transport headers: a plain carrier that an engine keeps and fills, so that calls stay readable and nothing is
 * allocated. Fields keep their values between packets.
 */
public final class PacketFields {
    /** What the sender takes for the receiver's incarnation; 0 in a data packet if none is known. */
    public int destinationIncarnation;
    /** The sender's incarnation. */
    public int sourceIncarnation;
    /** DestQP, see {@link QueuePair}. */
    public int destinationQp;
    /** SrcQP, see {@link QueuePair}. */
    public int sourceQp;
    /** BTH PSN, 24 bits: the packet's own; in a SACK that of the packet that caused it, in a NACK the one refused, in a probe 0. */
    public int psn;

    /** Traffic class, 0 to 7: the class selector in the DSCP (RFC 2474 section 4.2.2). */
    public int trafficClass;

    /** Data packets: acknowledgement wanted at once (R6.4). */
    public boolean acknowledge;
    /** Data packets: flags of {@link AinicLayout}. */
    public int flags;
    /** Data packets: N, 1 to 2^24 - 1. */
    public int messagePackets;
    /** Data packets: message sequence number. */
    public int msn;
    /** Data packets: where the payload goes; in a VOID packet, the horizon. */
    public long virtualAddress;
    /** Data packets: the key of the peer's region. */
    public int key;
    /** Data packets: whether {@link #immediate} is sent, opcode 0x4B. */
    public boolean hasImmediate;
    /** Data packets: the immediate. */
    public int immediate;

    /** Makes one with all fields 0. */
    public PacketFields() {}
}
