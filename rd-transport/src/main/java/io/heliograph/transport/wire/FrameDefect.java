package io.heliograph.transport.wire;

import io.heliograph.transport.EndpointCounter;

/**
 * Why a received frame is dropped, in the order in which {@link FrameCheck} looks (R2.2). The codes are negative, -1 for the first; labels are
 * stable.
 */
public enum FrameDefect {
    /** A header is not there whole. */
    TOO_SHORT(-1, "too_short", "the frame ends within a header", EndpointCounter.MALFORMED),
    /** Another EtherType. */
    NOT_IP(-2, "not_ip", "neither IPv4 nor IPv6, nor address resolution", EndpointCounter.FOREIGN),
    /** The version does not fit the EtherType. */
    IP_VERSION(-3, "ip_version", "the IP version does not fit the EtherType", EndpointCounter.MALFORMED),
    /** IPv4 header length. */
    IP_HEADER_LENGTH(-4, "ip_header_length", "the IPv4 header length is below 20", EndpointCounter.MALFORMED),
    /** IP length. */
    IP_TOTAL_LENGTH(
            -5, "ip_total_length", "the IP length does not fit the frame or its own header", EndpointCounter.MALFORMED),
    /** IPv4 header checksum. */
    IP_CHECKSUM(-6, "ip_checksum", "the IPv4 header checksum is wrong", EndpointCounter.MALFORMED),
    /** Options. */
    IP_OPTIONS(-7, "ip_options", "IPv4 options or IPv6 extension headers", EndpointCounter.MALFORMED),
    /** Fragments. */
    IP_FRAGMENT(-8, "ip_fragment", "a fragment", EndpointCounter.MALFORMED),
    /** Another protocol. */
    NOT_UDP(-9, "not_udp", "another protocol than UDP", EndpointCounter.FOREIGN),
    /** Another port. */
    WRONG_PORT(-10, "wrong_port", "another UDP destination port", EndpointCounter.FOREIGN),
    /** Another address. */
    WRONG_ADDRESS(-11, "wrong_address", "another destination address", EndpointCounter.FOREIGN),
    /** UDP length. */
    UDP_LENGTH(-12, "udp_length", "the UDP length does not fit the IP length or the packet", EndpointCounter.MALFORMED),
    /** Opcode. */
    UNKNOWN_OPCODE(-13, "unknown_opcode", "an opcode that is not this protocol's", EndpointCounter.FOREIGN),
    /** BTH version. */
    BAD_VERSION(-14, "bad_version", "another version of the transport header", EndpointCounter.MALFORMED),
    /** Flags. */
    RESERVED_FLAGS(
            -15,
            "reserved_flags",
            "flags that must be 0, or that do not go with the opcode",
            EndpointCounter.MALFORMED),
    /** N = 0. */
    ZERO_PACKETS(-16, "zero_packets", "a message of no packets", EndpointCounter.MALFORMED),
    /** Pad. */
    BAD_PAD(-17, "bad_pad", "the pad count does not fit the payload", EndpointCounter.MALFORMED),
    /** DMA length. */
    DMA_LENGTH(-18, "dma_length", "the DMA length does not fit the packet", EndpointCounter.MALFORMED),
    /** ICRC. */
    BAD_ICRC(-19, "bad_icrc", "the ICRC is wrong", EndpointCounter.BAD_ICRC);

    private static final FrameDefect[] ALL = values();

    private final String label;
    private final String meaning;
    private final EndpointCounter counter;
    private final int code;

    FrameDefect(int code, String label, String meaning, EndpointCounter counter) {
        this.label = label;
        this.meaning = meaning;
        this.counter = counter;
        this.code = code;
    }

    /** How many there are. */
    public static int count() {
        return ALL.length;
    }

    /** The defect of a negative return of {@link FrameCheck#check}. */
    public static FrameDefect ofCode(int code) {
        return ALL[-1 - code];
    }

    /** The negative code. */
    public int code() {
        return code;
    }

    /** Stable name. */
    public String label() {
        return label;
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }

    /** What an endpoint counts it as. */
    public EndpointCounter counter() {
        return counter;
    }
}
