package io.heliograph.emulator.device;

/**
 * The way between device and host memory, in each direction by itself. Immutable.
 *
 * @param readLatencyPs from a request of the device to the first byte that comes back, host memory included
 * @param writeLatencyPs until a write is visible on the other side, in both directions: doorbells, placements, completions, interrupts
 * @param bitsPerSecond what each direction carries, framing taken off
 */
public record BusConfig(long readLatencyPs, long writeLatencyPs, long bitsPerSecond) {
    /** PCI Express 5.0 with 16 lanes: 63 GB/s less framing; about 700 ns for a read, as measured by Neugebauer et al. (SIGCOMM 2018, section 6). */
    public static final BusConfig PCIE_5_X16 = new BusConfig(700_000, 300_000, 440_000_000_000L);

    /** Checks the ranges. */
    public BusConfig {
        if (readLatencyPs < 0 || writeLatencyPs < 0 || bitsPerSecond < 1_000_000) {
            throw new IllegalArgumentException("bus: readLatencyPs=" + readLatencyPs + " writeLatencyPs="
                    + writeLatencyPs + " bitsPerSecond=" + bitsPerSecond
                    + "; latencies are not negative, and it carries at least 1 Mbit/s");
        }
    }
}
