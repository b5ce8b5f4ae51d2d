package io.heliograph.emulator.device.layout;

/** An entry of the memory translation table: a region of memory, written by the driver; the device fills in key and status. */
public enum RegionEntry implements EntryField {
    /** First byte, a virtual address of the process. */
    ADDRESS(0, 8, "first byte, a virtual address of the process"),
    /** Bytes, at least 1. */
    LENGTH(8, 8, "bytes, at least 1"),
    /** Drawn by the device; the driver does not choose it. */
    KEY(16, 4, "drawn by the device; the driver does not choose it"),
    /** Region access bits; other bits must be 0. */
    ACCESS(20, 4, "region access bits; other bits must be 0"),
    /** Table command. */
    COMMAND(24, 1, "table command"),
    /** Command status, written by the device. */
    STATUS(25, 1, "command status, written by the device"),
    /** 0. */
    RESERVED(26, 6, "0");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    RegionEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
