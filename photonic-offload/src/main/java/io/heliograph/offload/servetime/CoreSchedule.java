package io.heliograph.offload.servetime;

import java.util.Arrays;

/**
 * When each core of an accelerator is free, products dealt to them in turn.
 *
 * <p>A tree over the cores with sums that are passed down when they are needed: a layer of a million products on a hundred thousand cores costs some dozen steps.
 */
final class CoreSchedule {

    private final int cores;
    private final int leaves;
    private final double[] earliest;
    private final double[] latest;
    /** To be added to all cores below, after {@code set}. */
    private final double[] added;
    /** What all cores below are set to, or not a number. */
    private final double[] set;

    private int next;

    CoreSchedule(int cores) {
        this.cores = cores;
        leaves = Math.max(1, Integer.highestOneBit(cores - 1) << 1);
        earliest = new double[2 * leaves];
        latest = new double[2 * leaves];
        added = new double[2 * leaves];
        set = new double[2 * leaves];
        Arrays.fill(set, Double.NaN);
    }

    /**
     * Deals products, each to the core after the one before; a core takes them up when it is free.
     *
     * @param now in cycles
     * @param length of a product in cycles
     * @return when the last of them is done
     */
    double deal(double now, long products, double length) {
        long each = products / cores;
        int end = next + (int) (products % cores);
        double last = now;
        if (each > 0) {
            last = extend(1, 0, leaves, 0, cores, now, each * length);
        }
        // The cores from next to end get one more product, and go on at the first one behind the last.
        if (end > next) {
            last = Math.max(last, extend(1, 0, leaves, next, Math.min(end, cores), now, length));
        }
        if (end > cores) {
            last = Math.max(last, extend(1, 0, leaves, 0, end - cores, now, length));
        }
        next = end % cores;
        return last;
    }

    /** Every core of a range works so long, from now or from when it is free; returns when the last one is. */
    private double extend(int node, int first, int behind, int from, int to, double now, double work) {
        if (to <= first || behind <= from) {
            return now;
        }
        if (from <= first && behind <= to) {
            if (latest[node] <= now) {
                set(node, now + work);
                return latest[node];
            }
            if (earliest[node] >= now) {
                add(node, work);
                return latest[node];
            }
        }
        passDown(node);
        int middle = (first + behind) >>> 1;
        double last = Math.max(
                extend(2 * node, first, middle, from, to, now, work),
                extend(2 * node + 1, middle, behind, from, to, now, work));
        earliest[node] = Math.min(earliest[2 * node], earliest[2 * node + 1]);
        latest[node] = Math.max(latest[2 * node], latest[2 * node + 1]);
        return last;
    }

    private void passDown(int node) {
        for (int child = 2 * node; child <= 2 * node + 1; child++) {
            if (!Double.isNaN(set[node])) {
                set(child, set[node]);
            }
            if (added[node] != 0) {
                add(child, added[node]);
            }
        }
        set[node] = Double.NaN;
        added[node] = 0;
    }

    private void set(int node, double time) {
        earliest[node] = time;
        latest[node] = time;
        set[node] = time;
        added[node] = 0;
    }

    private void add(int node, double work) {
        earliest[node] += work;
        latest[node] += work;
        added[node] += work;
    }
}
