package io.heliograph.emulator.device.layout;

/** What an event tells. */
public enum EventType implements Code {
    /** The relation with a peer ended. */
    PEER(1, "the relation with a peer ended"),
    /** A queue stopped: its ring was misused or cannot be reached. */
    QUEUE_ERROR(2, "a queue stopped: its ring was misused or cannot be reached"),
    /** A table entry or a set-up command was refused. */
    COMMAND_REFUSED(3, "a table entry or a set-up command was refused"),
    /** A register was misused. */
    BAD_ACCESS(4, "a register was misused"),
    /** A completion or event found no mapped memory and was discarded. */
    WRITE_FAULT(5, "a completion or event found no mapped memory and was discarded");

    private final int value;
    private final String meaning;

    EventType(int value, String meaning) {
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
