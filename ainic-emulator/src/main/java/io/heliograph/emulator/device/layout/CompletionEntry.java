package io.heliograph.emulator.device.layout;

/** A completion: what the device writes to a completion ring, the owner bit last. */
public enum CompletionEntry implements EntryField {
    /** Cookie of the work entry; 0 for an immediate. */
    COOKIE(0, 8, "cookie of the work entry; 0 for an immediate"),
    /** Bytes of the message. */
    LENGTH(8, 8, "bytes of the message"),
    /** Index of the peer in the address table. */
    PEER(16, 4, "index of the peer in the address table"),
    /** The immediate of a peer; 0 for an own work entry. */
    IMMEDIATE(20, 4, "the immediate of a peer; 0 for an own work entry"),
    /** Own queue; for an immediate the one of the peer that it was sent from. */
    QUEUE(24, 2, "own queue; for an immediate the one of the peer that it was sent from"),
    /** Completion status. */
    STATUS(26, 1, "completion status"),
    /** Completion kind. */
    KIND(27, 1, "completion kind"),
    /** 0. */
    RESERVED(28, 3, "0"),
    /** Bit 0 is the owner bit: 1 in the odd laps of the ring (the first is one), 0 in the even ones; other bits are 0. */
    OWNER(
            31,
            1,
            "bit 0 is the owner bit: 1 in the odd laps of the ring (the first is one), 0 in the even ones; other bits are 0");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    CompletionEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
