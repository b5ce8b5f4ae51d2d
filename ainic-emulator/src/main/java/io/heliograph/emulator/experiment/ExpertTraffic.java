package io.heliograph.emulator.experiment;

import io.heliograph.emulator.experiment.TrainingTraffic.Popularity;
import io.heliograph.transport.RandomSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The all-to-alls of experts in a list of steps that a plan made evenly: made uneven by chance, or posted at once.
 *
 * <p>The n-th message from one rank to another of the group of experts is of the n-th all-to-all. They come in pairs: tokens to experts, and what comes of them back the same way. So each pair has popular experts of its own, and the second is the first turned round. What the backward pass sends has chances of its own too; in a real job they
 * would be those of the forward pass.
 */
final class ExpertTraffic {
    /** What plans call the group of ranks that share experts. */
    static final String GROUP = "ep";

    private static final int OTHER = -1;

    private final List<Step> steps;
    private final int[] operations;

    ExpertTraffic(List<Step> steps) {
        this.steps = steps;
        operations = new int[steps.size()];
        Map<Long, Integer> counts = new HashMap<>();
        for (int number = 0; number < operations.length; number++) {
            Step step = steps.get(number);
            operations[number] = OTHER;
            if (!step.isComputation() && step.group().equals(GROUP)) {
                long pair = PhaseRates.key(step.from(), step.to());
                operations[number] = counts.getOrDefault(pair, 0);
                counts.put(pair, operations[number] + 1);
            }
        }
    }

    /** Whether there is any. */
    boolean isEmpty() {
        for (int each : operations) {
            if (each != OTHER) {
                return false;
            }
        }
        return true;
    }

    /** The same steps, but that messages of an all-to-all do not wait for others of the same: each rank posts all of its own when it comes to it. */
    List<Step> atOnce() {
        List<Step> changed = new ArrayList<>(steps.size());
        for (int number = 0; number < operations.length; number++) {
            Step step = steps.get(number);
            changed.add(operations[number] == OTHER ? step : step.after(others(step, operations[number])));
        }
        return changed;
    }

    private int[] others(Step step, int operation) {
        int[] kept = new int[step.afterCount()];
        int count = 0;
        for (int i = 0; i < kept.length; i++) {
            if (operations[step.after(i)] != operation) {
                kept[count++] = step.after(i);
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /**
     * The same steps with other sizes: a rank has as many tokens as before, but they go to experts by their popularity.
     *
     * @param longestBytes of a message
     */
    List<Step> uneven(Popularity popularity, RandomSource random, long longestBytes) {
        Map<Integer, TreeSet<Integer>> peers = new TreeMap<>();
        for (int number = 0; number < operations.length; number++) {
            if (operations[number] != OTHER) {
                Step step = steps.get(number);
                peers.computeIfAbsent(step.from(), host -> new TreeSet<>(List.of(host)))
                        .add(step.to());
            }
        }
        Map<Long, double[][]> parts = new HashMap<>();
        List<Step> changed = new ArrayList<>(steps.size());
        for (int number = 0; number < operations.length; number++) {
            Step step = steps.get(number);
            if (operations[number] == OTHER) {
                changed.add(step);
                continue;
            }
            TreeSet<Integer> group = peers.getOrDefault(step.from(), new TreeSet<>());
            int ranks = group.size();
            double[][] matrix = parts.computeIfAbsent(
                    PhaseRates.key(operations[number] / 2, group.first()), key -> matrix(ranks, popularity, random));
            int from = group.headSet(step.from()).size();
            int to = group.headSet(step.to()).size();
            double part = operations[number] % 2 == 0 ? matrix[from][to] : matrix[to][from];
            long bytes = Math.clamp(Math.round(step.bytes() * ranks * part), 1, longestBytes);
            changed.add(step.with(bytes, step.delayPs()));
        }
        return changed;
    }

    /** Which part of each rank's tokens goes to which expert (Zipf's law); who is popular is by chance. */
    private static double[][] matrix(int ranks, Popularity popularity, RandomSource random) {
        double[] parts = new double[ranks];
        double sum = 0;
        for (int place = 0; place < ranks; place++) {
            parts[place] = StrictMath.pow(place + 1, -popularity.skew());
            sum += parts[place];
        }
        double[][] matrix = new double[ranks][ranks];
        for (int from = 0; from < ranks; from++) {
            if (from == 0 || popularity.isOwn()) {
                TrainingTraffic.shuffle(parts, random);
            }
            for (int to = 0; to < ranks; to++) {
                matrix[from][to] = parts[to] / sum;
            }
        }
        return matrix;
    }
}
