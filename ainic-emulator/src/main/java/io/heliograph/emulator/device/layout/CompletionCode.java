package io.heliograph.emulator.device.layout;

/** How a work entry ended. Values below 0x80 are those of the protocol, the others say why the device did not take it. */
public enum CompletionCode implements Code {
    /** Placed and acknowledged. */
    SUCCESS(0, "placed and acknowledged"),
    /** The peer has no region with this key. */
    BAD_KEY(1, "the peer has no region with this key"),
    /** The range leaves the region of the peer. */
    OUT_OF_BOUNDS(2, "the range leaves the region of the peer"),
    /** The region of the peer may not be written to. */
    NO_PERMISSION(3, "the region of the peer may not be written to"),
    /** The peer holds another packet count for the message. */
    BAD_MESSAGE(4, "the peer holds another packet count for the message"),
    /** An earlier message of the queue failed and this one was fenced behind it. */
    FLUSHED(5, "an earlier message of the queue failed and this one was fenced behind it"),
    /** Nothing came from the peer for the peer timeout. */
    PEER_GONE(6, "nothing came from the peer for the peer timeout"),
    /** The peer began anew. */
    PEER_RESTARTED(7, "the peer began anew"),
    /** The source region was taken back before the message was sent whole. */
    REGION_GONE(8, "the source region was taken back before the message was sent whole"),
    /** Packets of the message were lost again and again. */
    UNDELIVERABLE(9, "packets of the message were lost again and again"),
    /** Unknown work opcode. */
    BAD_OPCODE(0x80, "unknown work opcode"),
    /** Unknown flag, or FENCED without an immediate. */
    BAD_FLAGS(0x81, "unknown flag, or FENCED without an immediate"),
    /** The queue in the entry is not the one of the ring. */
    BAD_QUEUE(0x82, "the queue in the entry is not the one of the ring"),
    /** No such entry in the address table. */
    BAD_DESTINATION(0x83, "no such entry in the address table"),
    /** No region has the local key, or the range leaves it. */
    BAD_SOURCE(0x84, "no region has the local key, or the range leaves it"),
    /** More packets than a message can have. */
    TOO_LONG(0x85, "more packets than a message can have"),
    /** A reserved field is not 0. */
    RESERVED_SET(0x86, "a reserved field is not 0");

    private final int value;
    private final String meaning;

    CompletionCode(int value, String meaning) {
        this.value = value;
        this.meaning = meaning;
    }

    @Override
    public int value() {
        return value;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
