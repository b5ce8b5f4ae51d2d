package io.heliograph.emulator.experiment;

import io.heliograph.transport.RandomSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps from a file, as they are or not quite as foreseen.
 *
 * @param hosts that take part
 * @param foreseen the steps of the file
 * @param momentsNs of each phase, as {@link Workload#momentsNs}
 * @param jitter each computation takes up to this part more or less, by chance and evenly
 * @param volume each message has so many times its bytes
 * @param longestBytes of a message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GivenSteps(int hosts, List<Step> foreseen, long[] momentsNs, double jitter, double volume, long longestBytes)
        implements Workload {
    private static final double UNIT = 0x1p-53;

    @Override
    public long stepCount() {
        return foreseen.size();
    }

    @Override
    public List<Step> steps(RandomSource random) {
        if (jitter == 0 && volume == 1) {
            return foreseen;
        }
        List<Step> steps = new ArrayList<>(foreseen.size());
        for (Step step : foreseen) {
            steps.add(step.isComputation() ? late(step, random) : resized(step));
        }
        return steps;
    }

    private Step late(Step step, RandomSource random) {
        double chance = 2 * (random.nextLong() >>> 11) * UNIT - 1;
        return step.with(0, (long) (step.delayPs() * (1 + jitter * chance)));
    }

    private Step resized(Step step) {
        return step.with(Math.clamp(Math.round(step.bytes() * volume), 1, longestBytes), step.delayPs());
    }

    /** What the file says, whatever comes. */
    @Override
    public List<Step> expected(List<Step> steps) {
        return foreseen;
    }
}
