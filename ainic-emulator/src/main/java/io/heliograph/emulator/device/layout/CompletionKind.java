package io.heliograph.emulator.device.layout;

/** What a completion tells. */
public enum CompletionKind implements Code {
    /** An own work entry ended. */
    WRITE(1, "an own work entry ended"),
    /** The immediate of a peer fired. */
    IMMEDIATE(2, "the immediate of a peer fired");

    private final int value;
    private final String meaning;

    CompletionKind(int value, String meaning) {
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
