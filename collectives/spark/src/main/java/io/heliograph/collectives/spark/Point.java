package io.heliograph.collectives.spark;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A point with its class.
 *
 * @param features as many for every point
 * @param label 0 or 1
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Point(double[] features, int label) implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Points of two overlapping clouds, one a class, from a seed. */
    static List<Point> draw(int count, int features, long seed) {
        Random random = new Random(seed);
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(2);
            double[] place = new double[features];
            for (int f = 0; f < features; f++) {
                place[f] = random.nextGaussian() + (label == 1 ? 0.6 : -0.6);
            }
            points.add(new Point(place, label));
        }
        return points;
    }
}
