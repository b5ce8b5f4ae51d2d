package io.heliograph.emulator.fabric;

/** Why a frame went no further. */
public enum DropReason {
    /** The switch's shared buffer is full. */
    BUFFER_FULL("shared buffer full"),
    /** The queue has more than its share of the buffer, and the frame could not be trimmed. */
    QUEUE_FULL("queue over its threshold"),
    /** Nobody has the destination address, or no port leads there. */
    NO_ROUTE("no route"),
    /** No carrier, or it went away while the frame was queued or under way. */
    LINK_DOWN("link down"),
    /** A lossy link lost it. */
    LOST("lost on a lossy link"),
    /** A link that looks healthy swallowed it. */
    BLACK_HOLE("swallowed by a black hole"),
    /** The check sequence at the end of a link was wrong. */
    FRAME_ERROR("wrong frame check sequence"),
    /** The host takes frames more slowly than they come. */
    RECEIVE_RING_FULL("host's receive ring full"),
    /** Its circuit was not there, or ended, when it came to an optical switch. */
    NO_CIRCUIT("no circuit");

    private final String meaning;

    DropReason(String meaning) {
        this.meaning = meaning;
    }

    /** A few words for people. */
    public String meaning() {
        return meaning;
    }

    /** Its place in an array of counters. */
    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    public int index() {
        return ordinal();
    }
}
