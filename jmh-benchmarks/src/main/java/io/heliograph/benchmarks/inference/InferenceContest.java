package io.heliograph.benchmarks.inference;

import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Lets contenders classify the same images in turns, round by round, by processor time of the thread, so that what else the machine does meets them alike. */
public final class InferenceContest {

    private static final double NS_PER_SECOND = 1e9;
    private static final int CHECK_EVERY = 64;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private InferenceContest() {}

    /**
     * How one of them did.
     *
     * @param name of the contender
     * @param bestPerSecond inferences in a second of processor time, in the best round
     * @param medianPerSecond in the median round
     * @param right classes that are the labels, of all images once
     * @param images how many that were
     */
    public record Score(String name, double bestPerSecond, double medianPerSecond, int right, int images) {}

    /**
     * Runs it.
     *
     * @param wavelengths of the device whose integers are ours
     * @param count of the images, from the first on
     * @param rounds at least 1
     * @param roundSeconds processor time of each contender in each round
     * @param progress is told what happens
     */
    public static List<Score> run(
            QuantizedNetwork network,
            int wavelengths,
            ImageSet images,
            int count,
            int rounds,
            double roundSeconds,
            Consumer<String> progress)
            throws Exception {
        try (Contender vectors = OurContender.byVectors(network, wavelengths, images);
                Contender straight = OurContender.straight(network, wavelengths, images);
                Contender floats = OnnxRuntimeContender.inFloat(network, images, count);
                Contender bytes = OnnxRuntimeContender.inBytes(network, images, count)) {
            List<Contender> all = List.of(vectors, straight, floats, bytes);
            List<double[]> rates = new ArrayList<>();
            List<Integer> right = new ArrayList<>();
            for (Contender each : all) {
                progress.accept("warming up: " + each.name());
                right.add(classify(each, images, count));
                measure(each, count, roundSeconds);
                rates.add(new double[rounds]);
            }
            for (int round = 0; round < rounds; round++) {
                progress.accept("round " + (round + 1) + " of " + rounds);
                for (int k = 0; k < all.size(); k++) {
                    rates.get(k)[round] = measure(all.get(k), count, roundSeconds);
                }
            }
            List<Score> scores = new ArrayList<>();
            for (int k = 0; k < all.size(); k++) {
                double[] sorted = rates.get(k).clone();
                Arrays.sort(sorted);
                scores.add(new Score(all.get(k).name(), sorted[rounds - 1], sorted[rounds / 2], right.get(k), count));
            }
            return scores;
        }
    }

    private static int classify(Contender contender, ImageSet images, int count) throws Exception {
        int right = 0;
        for (int image = 0; image < count; image++) {
            int answer = contender.infer(image);
            right += images.isLabelled() && answer == images.label(image) ? 1 : 0;
        }
        return right;
    }

    private static double measure(Contender contender, int count, double seconds) throws Exception {
        long startNs = THREADS.getCurrentThreadCpuTime();
        long inferences = 0;
        int image = 0;
        long nowNs = startNs;
        while (nowNs - startNs < seconds * NS_PER_SECOND) {
            for (int k = 0; k < CHECK_EVERY; k++) {
                contender.infer(image);
                image = image + 1 < count ? image + 1 : 0;
            }
            inferences += CHECK_EVERY;
            nowNs = THREADS.getCurrentThreadCpuTime();
        }
        return inferences * NS_PER_SECOND / (nowNs - startNs);
    }
}
