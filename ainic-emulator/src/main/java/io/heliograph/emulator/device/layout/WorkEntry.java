package io.heliograph.emulator.device.layout;

/** A work entry: what a driver writes to a submission ring. */
public enum WorkEntry implements EntryField {
    /** What to do, a work opcode. */
    OPCODE(0, 1, "what to do, a work opcode"),
    /** Work flags; other bits must be 0. */
    FLAGS(1, 1, "work flags; other bits must be 0"),
    /** Number of the queue that the ring belongs to. */
    QUEUE(2, 2, "number of the queue that the ring belongs to"),
    /** Index of the peer in the address table. */
    DESTINATION(4, 4, "index of the peer in the address table"),
    /** First byte to send. */
    LOCAL_ADDRESS(8, 8, "first byte to send"),
    /** Where it goes in the memory of the peer. */
    REMOTE_ADDRESS(16, 8, "where it goes in the memory of the peer"),
    /** Bytes to send. */
    LENGTH(24, 8, "bytes to send"),
    /** Key of the region to send from. */
    LOCAL_KEY(32, 4, "key of the region to send from"),
    /** Key of the region it goes to. */
    REMOTE_KEY(36, 4, "key of the region it goes to"),
    /** The immediate, with WRITE_IMM; otherwise not looked at. */
    IMMEDIATE(40, 4, "the immediate, with WRITE_IMM; otherwise not looked at"),
    /** Must be 0. */
    RESERVED0(44, 4, "must be 0"),
    /** Comes back in the completion. */
    COOKIE(48, 8, "comes back in the completion"),
    /** Must be 0. */
    RESERVED1(56, 8, "must be 0");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 64;

    private final EntryWord word;

    WorkEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
