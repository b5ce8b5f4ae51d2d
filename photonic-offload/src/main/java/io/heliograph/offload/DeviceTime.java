package io.heliograph.offload;

/**
 * Emulated time: cycles of a device's logic clock. It says nothing about how long our software takes.
 *
 * @param cycles of the logic clock, at least 0
 * @param clockHz of the logic clock, above 0
 */
public record DeviceTime(long cycles, long clockHz) {

    private static final double NS_PER_SECOND = 1e9;

    /** Refuses what is no time. */
    public DeviceTime {
        if (cycles < 0 || clockHz <= 0) {
            throw new IllegalArgumentException("no device time: cycles=" + cycles + " clockHz=" + clockHz);
        }
    }

    /** The same in nanoseconds of emulated time. */
    public double nanoseconds() {
        return cycles * NS_PER_SECOND / clockHz;
    }
}
