package io.heliograph.emulator.device.layout;

/** An entry of the rate table: one phase of one flow. The phases of a flow follow each other in the order of their start. */
public enum RateEntry implements EntryField {
    /** Index of the peer in the address table. */
    DESTINATION(0, 4, "index of the peer in the address table"),
    /** 0 to 7. */
    TRAFFIC_CLASS(4, 1, "0 to 7"),
    /** 0. */
    RESERVED(5, 3, "0"),
    /** Length of an iteration in nanoseconds, the same in all phases of a flow. */
    PERIOD(8, 8, "length of an iteration in nanoseconds, the same in all phases of a flow"),
    /** When the phase begins, nanoseconds after the beginning of the iteration. */
    START(16, 8, "when the phase begins, nanoseconds after the beginning of the iteration"),
    /** Bits per second on the wire; 0 is silence. */
    RATE(24, 8, "bits per second on the wire; 0 is silence");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    RateEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
