package io.heliograph.emulator.device.layout;

/** Bits of STATUS. */
public enum DeviceStatusBit implements Code {
    /** Enabled and working. */
    READY(1, "enabled and working"),
    /** ENABLE was refused: ENABLE_STATUS says why. */
    REFUSED(2, "ENABLE was refused: ENABLE_STATUS says why");

    private final int value;
    private final String meaning;

    DeviceStatusBit(int value, String meaning) {
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
