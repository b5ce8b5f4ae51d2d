package io.heliograph.collectives.spark;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Logistic regression by gradient descent over the points of all ranks: in each step a rank sums up gradients and losses of its own points, off the heap, and an all-reduce makes them everybody's sums.
 *
 * <p>The weights are the same bits at every rank, for every rank moves them by the same sums.
 *
 * @param features of a point
 * @param steps how often the weights change
 * @param rate learning rate
 */
record LogisticRegression(int features, int steps, double rate) {
    /** Makes a rank's F64 sums those of all. */
    @FunctionalInterface
    interface Total {
        void of(MemorySegment sums, int count);
    }

    /** How many sums there are: of each feature's gradient, of the constant's, of losses, and the number of points. */
    int sums() {
        return features + 3;
    }

    /**
     * Learns.
     *
     * @param mine this rank's points, perhaps none
     * @param sums memory for {@link #sums} F64 elements
     * @return weights of the features, that of the constant, and the mean loss before the last step
     */
    double[] learn(List<Point> mine, MemorySegment sums, Total total) {
        double[] learnt = new double[features + 2];
        for (int step = 0; step < steps; step++) {
            sum(mine, learnt, sums);
            total.of(sums, sums());
            double points = get(sums, features + 2);
            learnt[features + 1] = get(sums, features + 1) / points;
            for (int i = 0; i <= features; i++) {
                learnt[i] -= rate * get(sums, i) / points;
            }
        }
        return learnt;
    }

    private void sum(List<Point> points, double[] weights, MemorySegment sums) {
        sums.fill((byte) 0);
        for (Point point : points) {
            double score = score(point, weights);
            double error = 1 / (1 + Math.exp(-score)) - point.label();
            for (int i = 0; i < features; i++) {
                add(sums, i, error * point.features()[i]);
            }
            add(sums, features, error);
            // ln(1 + e^-s) for class 1, ln(1 + e^s) for class 0
            add(sums, features + 1, Math.log1p(Math.exp(point.label() == 1 ? -score : score)));
        }
        add(sums, features + 2, points.size());
    }

    /** Above 0 where the class is rather 1. */
    double score(Point point, double[] weights) {
        double score = weights[features];
        for (int i = 0; i < features; i++) {
            score += weights[i] * point.features()[i];
        }
        return score;
    }

    private static double get(MemorySegment sums, int index) {
        return sums.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    }

    private static void add(MemorySegment sums, int index, double value) {
        sums.setAtIndex(ValueLayout.JAVA_DOUBLE, index, get(sums, index) + value);
    }
}
