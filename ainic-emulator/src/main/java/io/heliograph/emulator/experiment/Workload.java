package io.heliograph.emulator.experiment;

import io.heliograph.transport.RandomSource;
import java.util.List;
import java.util.Set;

/** What hosts send to each other, and in which order. */
interface Workload {
    /** The most steps of a run. */
    int MOST_STEPS = 4_000_000;

    /** How many hosts it takes: those with the lowest numbers. */
    int hosts();

    /** About how many steps a run has: more than {@link #MOST_STEPS} are refused. */
    long stepCount();

    /** The steps of a run; each comes after earlier ones only. The same chance gives the same list. */
    List<Step> steps(RandomSource random);

    /** For each phase the moment of the period of a table from elsewhere at which a step of it begins, nanoseconds after the period's beginning; empty if the steps were not made for a table. */
    default long[] momentsNs() {
        return new long[0];
    }

    /** The groups of ranks that messages are of, as far as the workload names them. */
    default Set<String> messageGroups() {
        return Set.of();
    }

    /** What an offline plan expects them to be: the same, unless nobody can know before the run. */
    default List<Step> expected(List<Step> steps) {
        return steps;
    }
}
