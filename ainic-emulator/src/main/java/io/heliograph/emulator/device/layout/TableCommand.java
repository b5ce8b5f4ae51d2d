package io.heliograph.emulator.device.layout;

/** What a driver asks for an entry of a table. */
public enum TableCommand implements Code {
    /** Nothing. */
    EMPTY(0, "nothing"),
    /** Take the entry into use. */
    ADD(1, "take the entry into use"),
    /** Give it up. */
    REMOVE(2, "give it up");

    private final int value;
    private final String meaning;

    TableCommand(int value, String meaning) {
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
