package io.heliograph.emulator.device.layout;

/** An entry of the address table: a node that can be written to, or that wrote. */
public enum PeerEntry implements EntryField {
    /** Upper half of the IPv6 address; 0 for IPv4. */
    ADDRESS_HIGH(0, 8, "upper half of the IPv6 address; 0 for IPv4"),
    /** Lower half; for IPv4 0x0000ffff in the upper 32 bits and the address below. */
    ADDRESS_LOW(8, 8, "lower half; for IPv4 0x0000ffff in the upper 32 bits and the address below"),
    /** Ethernet address in the lower 48 bits, or 0 if it is to be found out. */
    MAC(16, 8, "Ethernet address in the lower 48 bits, or 0 if it is to be found out"),
    /** Table command. */
    COMMAND(24, 1, "table command"),
    /** Command status, written by the device. */
    STATUS(25, 1, "command status, written by the device"),
    /** Peer origin, written by the device. */
    ORIGIN(26, 1, "peer origin, written by the device"),
    /** 0. */
    RESERVED(27, 5, "0");

    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 32;

    private final EntryWord word;

    PeerEntry(int offset, int bytes, String meaning) {
        word = new EntryWord(offset, bytes, meaning);
    }

    @Override
    public EntryWord word() {
        return word;
    }
}
