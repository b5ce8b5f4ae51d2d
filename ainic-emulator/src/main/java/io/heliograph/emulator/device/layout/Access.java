package io.heliograph.emulator.device.layout;

/** What a driver may do with a register. */
public enum Access {
    /** Read; what is written is ignored and reported. */
    RO("read"),
    /** Read and write. */
    RW("read, write"),
    /** Write; reads as 0. */
    WO("write"),
    /** Read; writing ones clears those bits. */
    W1C("read, write 1 to clear");

    private final String meaning;

    Access(String meaning) {
        this.meaning = meaning;
    }

    /** For people. */
    public String meaning() {
        return meaning;
    }
}
