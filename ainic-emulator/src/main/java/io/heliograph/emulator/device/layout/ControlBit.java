package io.heliograph.emulator.device.layout;

/** Bits of CONTROL. */
public enum ControlBit implements Code {
    /** Begins to work with what the set-up registers say. */
    ENABLE(1, "begins to work with what the set-up registers say"),
    /** Forgets everything; reads as 0. */
    RESET(2, "forgets everything; reads as 0");

    private final int value;
    private final String meaning;

    ControlBit(int value, String meaning) {
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
