package io.heliograph.emulator.device;

/** What a step of the pipeline does at a moment; the numbers are those in waveforms. */
public enum StageState {
    /** Nothing is there to do. */
    IDLE(0),
    /** It works. */
    BUSY(1),
    /** It is done with something that the next step has no room for. */
    STALLED(2);

    private final int value;

    StageState(int value) {
        this.value = value;
    }

    /** Its number. */
    public int value() {
        return value;
    }
}
