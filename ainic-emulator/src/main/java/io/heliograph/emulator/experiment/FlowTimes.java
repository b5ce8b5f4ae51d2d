package io.heliograph.emulator.experiment;

import java.util.Arrays;

/** How long messages took, from the moment they were posted until their sender knew that all was placed; sorted, picoseconds. Immutable. */
public final class FlowTimes {
    private final long[] sortedPs;

    /** Takes the array as its own. */
    FlowTimes(long[] timesPs) {
        sortedPs = timesPs;
        Arrays.sort(sortedPs);
    }

    /** Those of several runs together. */
    static FlowTimes all(Iterable<FlowTimes> parts) {
        int count = 0;
        for (FlowTimes part : parts) {
            count += part.sortedPs.length;
        }
        long[] all = new long[count];
        int at = 0;
        for (FlowTimes part : parts) {
            System.arraycopy(part.sortedPs, 0, all, at, part.sortedPs.length);
            at += part.sortedPs.length;
        }
        return new FlowTimes(all);
    }

    /** How many. */
    public int count() {
        return sortedPs.length;
    }

    /** The time at a place in their order, from 0. */
    public long ps(int index) {
        return sortedPs[index];
    }

    /** Their mean; 0 if there is none. */
    public double meanPs() {
        double sum = 0;
        for (long each : sortedPs) {
            sum += each;
        }
        return sortedPs.length == 0 ? 0 : sum / sortedPs.length;
    }

    /** The least of them that so many per cent do not exceed (nearest rank); 0 if there is none. */
    public long percentilePs(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sortedPs.length);
        return sortedPs.length == 0 ? 0 : sortedPs[Math.clamp(rank - 1, 0, sortedPs.length - 1)];
    }
}
