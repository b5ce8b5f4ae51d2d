package io.heliograph.transport.wire;

/** Why a packet is refused. Those below 0x80 have the numbers of Ultra Ethernet 1.0. Source: PROTOCOL.md section 2.2. */
public final class NackReason {
    /** A switch cut the packet: send it again (R9.3). */
    public static final int TRIMMED = 0x01;
    /** The same, on the last hop. */
    public static final int TRIMMED_LAST_HOP = 0x02;
    /** No receive slot or relation; information: microseconds to wait, 0 for the sender's choice (R7, R1.3). */
    public static final int NO_RESOURCE = 0x0A;
    /** The PSN is beyond the window; information: cumulative PSN (R4.3). */
    public static final int PSN_OOR_WINDOW = 0x0B;
    /** No region has the key; information: the key (R8.1). */
    public static final int BAD_KEY = 0x80;
    /** The range leaves the region; information: the key (R8.1). */
    public static final int OUT_OF_BOUNDS = 0x81;
    /** The region may not be written to; information: the key (R8.1). */
    public static final int NO_PERMISSION = 0x82;
    /** The message has another N; information: the N known (R8.4). */
    public static final int BAD_MESSAGE = 0x83;
    /** A later incarnation of the sender is known; information: that one (R1.5). */
    public static final int STALE_SOURCE = 0x84;
    /** The packet is for another incarnation of the receiver (R1.6). */
    public static final int WRONG_DESTINATION = 0x85;
    /** Send it again, to the incarnation that this comes from (R1.9). */
    public static final int CHALLENGE = 0x86;

    private NackReason() {}

    /** A name for people and tools. */
    public static String name(int reason) {
        return switch (reason) {
            case TRIMMED -> "TRIMMED";
            case TRIMMED_LAST_HOP -> "TRIMMED_LAST_HOP";
            case NO_RESOURCE -> "NO_RESOURCE";
            case PSN_OOR_WINDOW -> "PSN_OOR_WINDOW";
            case BAD_KEY -> "BAD_KEY";
            case OUT_OF_BOUNDS -> "OUT_OF_BOUNDS";
            case NO_PERMISSION -> "NO_PERMISSION";
            case BAD_MESSAGE -> "BAD_MESSAGE";
            case STALE_SOURCE -> "STALE_SOURCE";
            case WRONG_DESTINATION -> "WRONG_DESTINATION";
            case CHALLENGE -> "CHALLENGE";
            default -> "0x%02X".formatted(reason);
        };
    }
}
