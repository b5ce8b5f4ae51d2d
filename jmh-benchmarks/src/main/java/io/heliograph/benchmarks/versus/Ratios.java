package io.heliograph.benchmarks.versus;

import java.util.Arrays;

/**
 * Median and range of what several rounds gave.
 *
 * @param median the middle one; of an even number, the mean of the two in the middle
 * @param least the smallest
 * @param greatest the largest
 */
public record Ratios(double median, double least, double greatest) {

    /** Of at least one value. */
    public static Ratios of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Ratios(median, sorted[0], sorted[sorted.length - 1]);
    }
}
