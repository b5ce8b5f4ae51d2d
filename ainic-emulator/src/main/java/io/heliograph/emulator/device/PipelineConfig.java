package io.heliograph.emulator.device;

/**
 * What the steps of the pipeline take, in cycles of its clock. Immutable.
 *
 * @param clockHz cycles per second, 1 MHz to 1 THz
 * @param segmentationCycles for one packet, in each engine; so for the next ones
 * @param limiterCycles to ask the rate limiter
 * @param pathCycles to choose the path
 * @param icrcBytesPerCycle width of the check sum's data path, in and out
 * @param parseCycles for one frame
 * @param keyCycles to look up a key that is in the cache; others cost a read of host memory besides
 * @param placementCycles to start the write of a packet
 * @param acknowledgementCycles to make one control packet
 * @param completionCycles to make one completion or event
 * @param fifoPackets room in front of each step
 * @param receivePackets room for frames that come from the link
 * @param readsInFlight reads of host memory for payload at once
 */
public record PipelineConfig(
        long clockHz,
        int segmentationCycles,
        int limiterCycles,
        int pathCycles,
        int icrcBytesPerCycle,
        int parseCycles,
        int keyCycles,
        int placementCycles,
        int acknowledgementCycles,
        int completionCycles,
        int fifoPackets,
        int receivePackets,
        int readsInFlight) {
    /** A gigahertz, 64 bytes wide, one packet every four cycles in each engine. */
    public static final PipelineConfig DEFAULT =
            new PipelineConfig(1_000_000_000L, 4, 2, 2, 64, 2, 2, 2, 4, 2, 16, 256, 64);

    /** Checks the ranges. */
    public PipelineConfig {
        if (clockHz < 1_000_000 || clockHz > 1_000_000_000_000L) {
            throw new IllegalArgumentException("pipeline: clockHz=" + clockHz + "; from 1 MHz to 1 THz is possible");
        }
        requireAtLeastOne(
                segmentationCycles,
                limiterCycles,
                pathCycles,
                icrcBytesPerCycle,
                parseCycles,
                keyCycles,
                placementCycles,
                acknowledgementCycles,
                completionCycles,
                receivePackets,
                readsInFlight);
        if (fifoPackets < 4) {
            throw new IllegalArgumentException(
                    "pipeline: fifoPackets=" + fifoPackets + "; at least 4, so that answers to a packet find room");
        }
    }

    private static void requireAtLeastOne(int... values) {
        for (int value : values) {
            if (value < 1) {
                throw new IllegalArgumentException("pipeline: value=" + value + "; each at least 1");
            }
        }
    }

    /** Length of a cycle, cut off to picoseconds. */
    long cyclePs() {
        return 1_000_000_000_000L / clockHz;
    }
}
