package io.heliograph.emulator.device.layout;

/** What a work entry asks for. */
public enum WorkOpcode implements Code {
    /** Write bytes into the memory of a peer. */
    WRITE(1, "write bytes into the memory of a peer"),
    /** The same, and have an immediate fire there. */
    WRITE_IMM(2, "the same, and have an immediate fire there");

    private final int value;
    private final String meaning;

    WorkOpcode(int value, String meaning) {
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
