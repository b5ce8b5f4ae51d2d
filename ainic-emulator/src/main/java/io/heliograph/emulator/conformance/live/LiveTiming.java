package io.heliograph.emulator.conformance.live;

/**
 * How the kit tells time on a cable that is not virtual; all in nanoseconds of the device's time.
 *
 * @param settleNs how long nothing must come before the kit takes it that nothing does
 * @param patienceNs how long it waits for what must come
 * @param toleranceNs how far a moment may be from the one that a rule names: the cable's delay, and how long the kit or the device may be kept from a processor
 * @param slowdown how many nanoseconds pass here while one passes for the device: 1 for hardware, more for a simulation
 */
public record LiveTiming(long settleNs, long patienceNs, long toleranceNs, double slowdown) {
    /** For hardware or a process on the other end. */
    public static final LiveTiming DEFAULT = new LiveTiming(2_000_000, 1_000_000_000, 5_000_000, 1);

    /** Checks. */
    public LiveTiming {
        boolean makesSense = settleNs > 0 && patienceNs >= settleNs && toleranceNs >= 0 && slowdown > 0;
        if (!makesSense) {
            throw new IllegalArgumentException("timing: settleNs=" + settleNs + " patienceNs=" + patienceNs
                    + " toleranceNs=" + toleranceNs + " slowdown=" + slowdown
                    + "; settle and slowdown are more than 0, patience is at least settle");
        }
    }
}
