package io.heliograph.emulator.device.layout;

/** What a queue does. */
public enum QueueState implements Code {
    /** Nothing; its ring registers may be set. */
    DISABLED(0, "nothing; its ring registers may be set"),
    /** Takes work entries. */
    RUNNING(1, "takes work entries"),
    /** Takes no more, and completes those it has. */
    DRAINING(2, "takes no more, and completes those it has"),
    /** Stopped by misuse; disable it and enable it again. */
    ERROR(3, "stopped by misuse; disable it and enable it again");

    private final int value;
    private final String meaning;

    QueueState(int value, String meaning) {
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
