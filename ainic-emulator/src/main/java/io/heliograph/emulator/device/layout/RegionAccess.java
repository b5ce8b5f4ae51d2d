package io.heliograph.emulator.device.layout;

/** Bits of the access of a region. */
public enum RegionAccess implements Code {
    /** Peers may write. */
    REMOTE_WRITE(1, "peers may write");

    private final int value;
    private final String meaning;

    RegionAccess(int value, String meaning) {
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
