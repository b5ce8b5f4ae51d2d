package io.heliograph.emulator.device.layout;

/** An entry of the path table, which has one for each entry of the address table: which paths to the peer are denied. */
public enum PathEntry implements EntryField {
    /** Bit i denies the path of entropy 0xc000 + i. */
    DENIED0(0, 8, "bit i denies the path of entropy 0xc000 + i"),
    /** The same for entropy 0xc040 + i. */
    DENIED1(8, 8, "the same for entropy 0xc040 + i"),
    /** The same for entropy 0xc080 + i. */
    DENIED2(16, 8, "the same for entropy 0xc080 + i"),
    /** The same for entropy 0xc0c0 + i. */
    DENIED3(24, 8, "the same for entropy 0xc0c0 + i");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    PathEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
