package io.heliograph.emulator.device.layout;

/** An event: what the device writes to the event queue, the owner bit last. */
public enum EventEntry implements EntryField {
    /** Event type. */
    TYPE(0, 1, "event type"),
    /** Why: completion status for PEER, command status otherwise. */
    CODE(1, 1, "why: completion status for PEER, command status otherwise"),
    /** The queue it is about, or 0xffff. */
    QUEUE(2, 2, "the queue it is about, or 0xffff"),
    /** Index of the table entry, peer or ring entry it is about; register offset for BAD_ACCESS. */
    INDEX(4, 4, "index of the table entry, peer or ring entry it is about; register offset for BAD_ACCESS"),
    /** The value or address that was refused. */
    INFORMATION(8, 8, "the value or address that was refused"),
    /** Device time in nanoseconds. */
    TIME(16, 8, "device time in nanoseconds"),
    /** 0. */
    RESERVED(24, 7, "0"),
    /** Bit 0 is the owner bit, as in a completion. */
    OWNER(31, 1, "bit 0 is the owner bit, as in a completion");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    EventEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
