package io.heliograph.emulator.experiment;

import io.heliograph.emulator.experiment.TrainingTraffic.Popularity;
import io.heliograph.transport.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Steps from a file, as they are or not quite as foreseen.
 *
 * @param hosts that take part
 * @param foreseen the steps of the file
 * @param momentsNs of each phase, as {@link Workload#momentsNs}
 * @param changes against the file
 * @param longestBytes of a message
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GivenSteps(int hosts, List<Step> foreseen, long[] momentsNs, Changes changes, long longestBytes)
        implements Workload {
    private static final double UNIT = 0x1p-53;

    /**
     * What is otherwise than foreseen.
     *
     * @param jitter each computation takes up to this part more or less, by chance and evenly
     * @param volume each message has so many times its bytes
     * @param popularity of experts: sizes of their messages
     */
    record Changes(double jitter, double volume, Popularity popularity) {}

    @Override
    public long stepCount() {
        return foreseen.size();
    }

    @Override
    public List<Step> steps(RandomSource random) {
        List<Step> steps = changes.popularity().skew() == 0
                ? foreseen
                : new ExpertTraffic(foreseen).uneven(changes.popularity(), random, longestBytes);
        if (changes.jitter() != 0 || changes.volume() != 1) {
            List<Step> changed = new ArrayList<>(steps.size());
            for (Step step : steps) {
                changed.add(step.isComputation() ? late(step, random) : resized(step));
            }
            steps = changed;
        }
        return steps;
    }

    private Step late(Step step, RandomSource random) {
        double chance = 2 * (random.nextLong() >>> 11) * UNIT - 1;
        return step.with(0, (long) (step.delayPs() * (1 + changes.jitter() * chance)));
    }

    private Step resized(Step step) {
        return step.with(Math.clamp(Math.round(step.bytes() * changes.volume()), 1, longestBytes), step.delayPs());
    }

    @Override
    public Set<String> messageGroups() {
        Set<String> groups = new TreeSet<>();
        for (Step step : foreseen) {
            if (!step.isComputation() && !step.group().equals(Step.NO_GROUP)) {
                groups.add(step.group());
            }
        }
        return groups;
    }

    /** What the file says, whatever comes. */
    @Override
    public List<Step> expected(List<Step> steps) {
        return foreseen;
    }
}
