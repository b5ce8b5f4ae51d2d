package io.heliograph.offload.digits;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.noise.Chance;
import io.heliograph.transport.RandomSource;
import java.util.Arrays;

/**
 * Paints one digit as a person might write it: wobbling strokes, slanted, turned and bent, in a pen of some width.
 *
 * <p>Laid out as MNIST is (LeCun et al., 1998): 28 x 28 pixels, the digit fitted into 20 x 20 and set down by its centre of mass. One thread at a time.
 */
final class DigitPainter {

    static final int SIDE = 28;
    static final int PIXELS = SIDE * SIDE;

    private static final int POINTS_PER_CURVE = 6;
    private static final int MOST_POINTS = 256;
    private static final double BOX = 20;
    private static final double TWO_PI = 2 * Math.PI;
    private static final int WHITE = 255;

    private final double[] xs = new double[MOST_POINTS];
    private final double[] ys = new double[MOST_POINTS];
    private final boolean[] begins = new boolean[MOST_POINTS];
    private final double[] control = new double[MOST_POINTS];
    private final double[] nearest = new double[PIXELS];
    private int points;

    /**
     * Paints.
     *
     * @param image of 784 bytes, row by row; 0 is paper
     */
    void paint(int digit, RandomSource random, long image) {
        Chance chance = new Chance(random);
        points = 0;
        for (double[] stroke : Glyphs.strokes(digit, random.nextInt(Glyphs.styles(digit)))) {
            trace(stroke, chance);
        }
        bend(random, chance);
        turn(random, chance);
        place(random, chance);
        double pen = 0.8 + 1.2 * uniform(random);
        double ink = WHITE * (0.85 + 0.15 * uniform(random));
        measure();
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            double covered = Math.clamp(pen + 0.5 - Math.sqrt(nearest[pixel]), 0, 1);
            NativeMemory.putByte(image + pixel, (byte) (int) Math.rint(ink * covered));
        }
    }

    /** A Catmull-Rom curve through wobbling points. */
    private void trace(double[] stroke, Chance chance) {
        for (int k = 0; k < stroke.length; k++) {
            control[k] = stroke[k] + 0.036 * chance.gaussian();
        }
        int last = stroke.length / 2 - 1;
        add(control[0], control[1], true);
        for (int from = 0; from < last; from++) {
            int before = 2 * Math.max(0, from - 1);
            int after = 2 * Math.min(last, from + 2);
            int at = 2 * from;
            for (int step = 1; step <= POINTS_PER_CURVE; step++) {
                double t = (double) step / POINTS_PER_CURVE;
                add(
                        curve(control[before], control[at], control[at + 2], control[after], t),
                        curve(control[before + 1], control[at + 1], control[at + 3], control[after + 1], t),
                        false);
            }
        }
    }

    private void add(double x, double y, boolean begin) {
        xs[points] = x;
        ys[points] = y;
        begins[points++] = begin;
    }

    private static double curve(double before, double from, double to, double after, double t) {
        double slopeFrom = (to - before) / 2;
        double slopeTo = (after - from) / 2;
        double u = 1 - t;
        return u * u * (1 + 2 * t) * from + t * u * u * slopeFrom + t * t * (3 - 2 * t) * to - t * t * u * slopeTo;
    }

    /** One slow wave in each direction. */
    private void bend(RandomSource random, Chance chance) {
        double acrossX = 0.08 * chance.gaussian();
        double acrossY = 0.07 * chance.gaussian();
        double phaseX = TWO_PI * uniform(random);
        double phaseY = TWO_PI * uniform(random);
        for (int k = 0; k < points; k++) {
            double x = xs[k];
            xs[k] += acrossX * StrictMath.sin(TWO_PI * 0.7 * ys[k] + phaseX);
            ys[k] += acrossY * StrictMath.sin(TWO_PI * 0.7 * x + phaseY);
        }
    }

    private void turn(RandomSource random, Chance chance) {
        double width = 0.45 + 0.6 * uniform(random);
        double slant = Math.clamp(0.15 + 0.22 * chance.gaussian(), -0.45, 0.75);
        double angle = Math.clamp(0.13 * chance.gaussian(), -0.4, 0.4);
        double cosine = StrictMath.cos(angle);
        double sine = StrictMath.sin(angle);
        for (int k = 0; k < points; k++) {
            double y = ys[k] - 0.5;
            double x = (xs[k] - 0.5) * width - slant * y;
            xs[k] = cosine * x - sine * y;
            ys[k] = sine * x + cosine * y;
        }
    }

    private void place(RandomSource random, Chance chance) {
        double left = xs[0];
        double right = left;
        double top = ys[0];
        double bottom = top;
        for (int k = 1; k < points; k++) {
            left = Math.min(left, xs[k]);
            right = Math.max(right, xs[k]);
            top = Math.min(top, ys[k]);
            bottom = Math.max(bottom, ys[k]);
        }
        double scale = (BOX - 2) * (0.92 + 0.14 * uniform(random)) / Math.max(right - left, bottom - top);
        double massX = 0;
        double massY = 0;
        double length = 0;
        for (int k = 1; k < points; k++) {
            if (!begins[k]) {
                double piece = Math.sqrt(
                        (xs[k] - xs[k - 1]) * (xs[k] - xs[k - 1]) + (ys[k] - ys[k - 1]) * (ys[k] - ys[k - 1]));
                massX += piece * (xs[k] + xs[k - 1]) / 2;
                massY += piece * (ys[k] + ys[k - 1]) / 2;
                length += piece;
            }
        }
        double centre = (SIDE - 1) / 2.0;
        double toX = centre + 0.6 * chance.gaussian() - scale * massX / length;
        double toY = centre + 0.6 * chance.gaussian() - scale * massY / length;
        for (int k = 0; k < points; k++) {
            xs[k] = toX + scale * xs[k];
            ys[k] = toY + scale * ys[k];
        }
    }

    /** The square of each pixel's distance to the nearest stroke, where that is within reach of any pen. */
    private void measure() {
        Arrays.fill(nearest, SIDE * SIDE);
        for (int k = 1; k < points; k++) {
            if (!begins[k]) {
                measure(xs[k - 1], ys[k - 1], xs[k], ys[k]);
            }
        }
    }

    private void measure(double fromX, double fromY, double toX, double toY) {
        double reach = 3;
        double alongX = toX - fromX;
        double alongY = toY - fromY;
        double square = Math.max(1e-9, alongX * alongX + alongY * alongY);
        int top = (int) Math.clamp(Math.floor(Math.min(fromY, toY) - reach), 0, SIDE);
        int bottom = (int) Math.clamp(Math.ceil(Math.max(fromY, toY) + reach), -1, SIDE - 1);
        int left = (int) Math.clamp(Math.floor(Math.min(fromX, toX) - reach), 0, SIDE);
        int right = (int) Math.clamp(Math.ceil(Math.max(fromX, toX) + reach), -1, SIDE - 1);
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double t = Math.clamp(((x - fromX) * alongX + (y - fromY) * alongY) / square, 0, 1);
                double dx = x - fromX - t * alongX;
                double dy = y - fromY - t * alongY;
                nearest[y * SIDE + x] = Math.min(nearest[y * SIDE + x], dx * dx + dy * dy);
            }
        }
    }

    /** From 0 to 1. */
    private static double uniform(RandomSource random) {
        return (random.nextLong() >>> 11) * 0x1.0p-53;
    }
}
