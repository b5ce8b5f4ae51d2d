package io.heliograph.emulator.device.layout;

/** Bits of the flags of a work entry. */
public enum WorkFlag implements Code {
    /** The immediate waits for all earlier messages of the queue to that peer; only with WRITE_IMM. */
    FENCED(1, "the immediate waits for all earlier messages of the queue to that peer; only with WRITE_IMM");

    private final int value;
    private final String meaning;

    WorkFlag(int value, String meaning) {
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
