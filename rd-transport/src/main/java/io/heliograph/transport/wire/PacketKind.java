package io.heliograph.transport.wire;

/** What {@link FrameCheck#check} found a frame to be; positive, defects are negative. */
public final class PacketKind {
    /** A whole data packet with a right ICRC. */
    public static final int DATA = 1;
    /** A data packet that a switch cut behind its headers; nothing in it is verified (R9.3). */
    public static final int DATA_TRIMMED = 2;
    /** A SACK with a right ICRC. */
    public static final int SACK = 3;
    /** A NACK with a right ICRC. */
    public static final int NACK = 4;
    /** A probe or its answer with a right ICRC. */
    public static final int PROBE = 5;
    /**
     * ARP, or an IPv6 neighbour solicitation or advertisement, for the resolution of Ethernet addresses. Only what precedes
     * {@link FrameCheck#l3Offset()} and, for IPv6, the IP header and the first byte of ICMPv6 were checked.
     */
    public static final int NEIGHBOUR = 6;
    /** A priority pause frame ({@link PauseLayout}). */
    public static final int PAUSE = 7;

    private PacketKind() {}

    /** A name for people and tools. */
    public static String name(int kind) {
        return switch (kind) {
            case DATA -> "data";
            case DATA_TRIMMED -> "trimmed";
            case SACK -> "sack";
            case NACK -> "nack";
            case PROBE -> "probe";
            case NEIGHBOUR -> "neighbour";
            case PAUSE -> "pause";
            default -> "kind " + kind;
        };
    }
}
