package io.heliograph.emulator.device.layout;

/** Who put an entry into the address table. */
public enum PeerOrigin implements Code {
    /** It is free. */
    NOBODY(0, "it is free"),
    /** The driver. */
    DRIVER(1, "the driver"),
    /** The device: a node that wrote an immediate, or a relation that ended. */
    LEARNED(2, "the device: a node that wrote an immediate, or a relation that ended");

    private final int value;
    private final String meaning;

    PeerOrigin(int value, String meaning) {
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
