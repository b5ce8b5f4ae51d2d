package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.experiment.TrainingTraffic.Foresight;
import io.heliograph.emulator.experiment.TrainingTraffic.Parallelism;
import io.heliograph.emulator.experiment.TrainingTraffic.Popularity;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What workloads consist of, and that they end, with a network that takes no time. */
final class StepsTest {
    private static final long US = 1_000_000;

    /** When each step ends if messages take no time; fails if one is before another that it comes after, or somewhere else. */
    private static long[] endsPs(List<Step> steps) {
        long[] endsPs = new long[steps.size()];
        for (int i = 0; i < endsPs.length; i++) {
            Step step = steps.get(i);
            for (int j = 0; j < step.afterCount(); j++) {
                int before = step.after(j);
                assertTrue(before < i);
                assertEquals(step.from(), steps.get(before).to());
                endsPs[i] = Math.max(endsPs[i], endsPs[before]);
            }
            endsPs[i] += step.delayPs();
        }
        return endsPs;
    }

    private static long lastPs(List<Step> steps) {
        long last = 0;
        for (long each : endsPs(steps)) {
            last = Math.max(last, each);
        }
        return last;
    }

    private static long sentBytes(List<Step> steps, int host) {
        return steps.stream()
                .filter(step -> step.from() == host)
                .mapToLong(Step::bytes)
                .sum();
    }

    /**
     * What an all-reduce computes, by the steps' order alone: each host's set of contributions to each of n chunks is what it can have at the end if every message carries all that its sender had when it was sent.
     */
    private static void assertReachesAll(List<Step> steps, int hosts) {
        List<TreeSet<Integer>> atEnd = new ArrayList<>();
        for (Step step : steps) {
            TreeSet<Integer> knows = new TreeSet<>();
            knows.add(step.from());
            for (int i = 0; i < step.afterCount(); i++) {
                knows.addAll(atEnd.get(step.after(i)));
            }
            atEnd.add(knows);
        }
        for (int host = 0; host < hosts; host++) {
            TreeSet<Integer> knows = new TreeSet<>();
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i).to() == host) {
                    knows.addAll(atEnd.get(i));
                }
            }
            knows.add(host);
            assertEquals(hosts, knows.size(), "contributions at host " + host);
        }
    }

    @Test
    void shouldMoveAsManyBytesAsAnAllReduceNeeds() {
        for (Algorithm algorithm : Algorithm.values()) {
            List<Step> steps = new Patterns.AllReduce(8, 8000, algorithm).steps(new SeededRandom(1));
            assertEquals(algorithm.stepsOf(8), steps.size());
            assertReachesAll(steps, 8);
            for (int host = 0; host < 8; host++) {
                // 2 (n - 1) / n: Patarasuk and Yuan, theorem 1.
                assertEquals(14_000, sentBytes(steps, host));
            }
            assertEquals(0, lastPs(steps));
        }
    }

    @Test
    void shouldPermuteWithoutFixedPoints() {
        for (int seed = 0; seed < 50; seed++) {
            List<Step> steps = new Patterns.Permutation(9, 10).steps(new SeededRandom(seed));
            TreeSet<Integer> receivers = new TreeSet<>();
            for (Step step : steps) {
                assertNotEquals(step.from(), step.to());
                receivers.add(step.to());
            }
            assertEquals(9, receivers.size());
        }
    }

    private static TrainingTraffic training(Parallelism parallelism, int rounds, long computePs) {
        Foresight foresight = parallelism == Parallelism.EXPERT ? Foresight.MEAN : Foresight.BYTES;
        return new TrainingTraffic(
                parallelism,
                3,
                4,
                Placement.STRIDED,
                4000,
                rounds,
                computePs,
                Algorithm.RING,
                new Popularity(0.5, true),
                foresight);
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepGroupsApartAndReplayFromASeed(Parallelism parallelism) {
        TrainingTraffic traffic = training(parallelism, 3, US);
        List<Step> steps = traffic.steps(new SeededRandom(5));
        assertEquals(steps, traffic.steps(new SeededRandom(5)));
        for (Step step : steps) {
            assertEquals(step.from() % 3, step.to() % 3, "strided groups are residues");
            assertEquals(step.isComputation(), step.bytes() == 0);
        }
        assertTrue(lastPs(steps) > 0);
        assertTrue(steps.size() <= traffic.stepCount(), () -> steps.size() + " > " + traffic.stepCount());
        assertEquals(steps.size(), traffic.expected(steps).size());
    }

    @Test
    void shouldComputeOnWhileGradientsAreReduced() {
        List<Step> steps = training(Parallelism.DATA, 5, US).steps(new SeededRandom(1));
        assertEquals(5 * US, lastPs(steps));
        assertEquals(5 * 6000, sentBytes(steps, 0));
    }

    /** 1F1B of p stages and m microbatches takes (p - 1) (f + b) + m (f + b) where messages take no time (Narayanan et al., SC 2021, section 2.2.1). */
    @Test
    void shouldFillThePipelineAsItsScheduleSays() {
        for (int microbatches : new int[] {1, 2, 4, 9}) {
            List<Step> steps = training(Parallelism.PIPELINE, microbatches, US).steps(new SeededRandom(1));
            assertEquals((3L + microbatches) * 3 * US, lastPs(steps), "microbatches=" + microbatches);
            assertEquals(
                    3L * 6 * microbatches,
                    steps.stream().filter(step -> !step.isComputation()).count());
        }
    }

    @Test
    void shouldSendToPopularExpertsMoreAndGetBackAsMuch() {
        TrainingTraffic traffic = training(Parallelism.EXPERT, 1, US);
        List<Step> steps = traffic.steps(new SeededRandom(3));
        long[][] sent = new long[12][12];
        steps.forEach(step -> sent[step.from()][step.to()] += step.bytes());
        TreeSet<Long> sizes = new TreeSet<>();
        for (int from = 0; from < 12; from++) {
            for (int to = 0; to < 12; to++) {
                assertEquals(sent[from][to], sent[to][from], "there and back");
            }
        }
        steps.stream().filter(step -> !step.isComputation()).forEach(step -> sizes.add(step.bytes()));
        assertEquals(4, sizes.size(), "one for each place of Zipf's law");
        for (Step step : traffic.expected(steps)) {
            assertTrue(step.isComputation() || step.bytes() == 1000);
        }
    }
}
