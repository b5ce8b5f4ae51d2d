package io.heliograph.benchmarks.train;

import java.util.Arrays;

/**
 * The loss of each step of a run, the mean over all images of the step, before it changed the parameters; and how long the steps took.
 */
final class LossCurve {
    private final float[] losses;
    private final long[] stepNs;
    private final long[] exchangeNs;
    private int steps;

    /** An empty one that can hold so many steps. */
    LossCurve(int mostSteps) {
        losses = new float[mostSteps];
        stepNs = new long[mostSteps];
        exchangeNs = new long[mostSteps];
    }

    /**
     * Adds a step.
     *
     * @param wholeNs from the first image to the last parameter
     * @param averagingNs of that, the all-reduce
     */
    void add(float loss, long wholeNs, long averagingNs) {
        losses[steps] = loss;
        stepNs[steps] = wholeNs;
        exchangeNs[steps] = averagingNs;
        steps++;
    }

    int steps() {
        return steps;
    }

    float loss(int step) {
        return losses[step];
    }

    float lastLoss() {
        return losses[steps - 1];
    }

    long stepNs(int step) {
        return stepNs[step];
    }

    long exchangeNs(int step) {
        return exchangeNs[step];
    }

    /** The middle of the steps' durations from one step on, so that slow first ones do not count. */
    double medianStepNs(int from) {
        return median(stepNs, from);
    }

    /** The same of what averaging took. */
    double medianExchangeNs(int from) {
        return median(exchangeNs, from);
    }

    private double median(long[] values, int from) {
        long[] sorted = Arrays.copyOfRange(values, Math.min(from, steps - 1), steps);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /**
     * Where two curves are farthest apart. A loss that is not a number is infinitely far from any other.
     *
     * @param step number of the step, from 0
     * @param difference there, at least 0
     */
    record Gap(int step, double difference) {}

    /**
     * Compares with another run of as many steps.
     *
     * @throws IllegalArgumentException if it has another number
     */
    Gap gap(LossCurve other) {
        if (other.steps != steps || steps == 0) {
            throw new IllegalArgumentException("curves do not fit: steps=" + steps + " other=" + other.steps);
        }
        Gap widest = new Gap(0, -1);
        for (int step = 0; step < steps; step++) {
            double difference = Math.abs((double) losses[step] - other.losses[step]);
            difference = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
            if (difference > widest.difference) {
                widest = new Gap(step, difference);
            }
        }
        return widest;
    }
}
