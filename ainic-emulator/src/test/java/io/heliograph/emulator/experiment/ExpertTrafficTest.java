package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.experiment.TrainingTraffic.Popularity;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All-to-alls of experts that a plan took for even. */
final class ExpertTrafficTest {
    private static final int RANKS = 4;
    private static final long BYTES = 10_000;

    /** Two all-to-alls by rotations, each of which waits for the one before, behind a message of somebody else. */
    private static List<Step> planned() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step(0, 1, 77, 0, 0, "dp"));
        int[] last = {-1, 0, -1, -1};
        for (int operation = 0; operation < 2; operation++) {
            for (int rotation = 1; rotation < RANKS; rotation++) {
                int[] received = new int[RANKS];
                for (int from = 0; from < RANKS; from++) {
                    int to = (from + rotation) % RANKS;
                    int[] after = last[from] < 0 ? new int[0] : new int[] {last[from]};
                    steps.add(new Step(from, to, BYTES, rotation, 0, ExpertTraffic.GROUP, after));
                    received[to] = steps.size() - 1;
                }
                last = received;
            }
        }
        return steps;
    }

    private static long[][] matrix(List<Step> steps, int operation) {
        long[][] matrix = new long[RANKS][RANKS];
        int each = RANKS * (RANKS - 1);
        for (Step step : steps.subList(1 + operation * each, 1 + (operation + 1) * each)) {
            matrix[step.from()][step.to()] = step.bytes();
        }
        return matrix;
    }

    @Test
    void shouldSendTokensToPopularExpertsAndBack() {
        ExpertTraffic traffic = new ExpertTraffic(planned());
        List<Step> own = traffic.uneven(new Popularity(1, true), new SeededRandom(3), Long.MAX_VALUE);
        List<Step> common = traffic.uneven(new Popularity(1, false), new SeededRandom(3), Long.MAX_VALUE);
        assertEquals(planned().getFirst(), own.getFirst(), "others stay as they are");
        for (List<Step> steps : List.of(own, common)) {
            long[][] dispatched = matrix(steps, 0);
            long[][] combined = matrix(steps, 1);
            for (int from = 0; from < RANKS; from++) {
                for (int to = 0; to < RANKS; to++) {
                    assertEquals(dispatched[from][to], combined[to][from], "the way back");
                }
                long sum = 0;
                for (long each : dispatched[from]) {
                    sum += each;
                }
                // All tokens but those for the rank's own expert, by Zipf: 1 + 1/2 + 1/3 + 1/4 = 25/12.
                assertTrue(sum >= BYTES * RANKS * 13 / 25 - 4 && sum <= BYTES * RANKS * 22 / 25 + 4, "sum=" + sum);
            }
        }
        long[][] dispatched = matrix(common, 0);
        assertEquals(dispatched[0][3], dispatched[1][3], "popular with all");
        assertEquals(dispatched[0][2], dispatched[1][2]);
        assertNotEquals(dispatched[0][3], dispatched[0][2]);
        assertEquals(own, traffic.uneven(new Popularity(1, true), new SeededRandom(3), Long.MAX_VALUE));
        assertNotEquals(own, traffic.uneven(new Popularity(1, true), new SeededRandom(4), Long.MAX_VALUE));
    }

    @Test
    void shouldPostAllRotationsAtOnce() {
        List<Step> steps = new ExpertTraffic(planned()).atOnce();
        int each = RANKS * (RANKS - 1);
        for (int number = 1; number < steps.size(); number++) {
            Step step = steps.get(number);
            for (int i = 0; i < step.afterCount(); i++) {
                int before = step.after(i);
                assertTrue(before == 0 || (before - 1) / each < (number - 1) / each, step::toString);
            }
        }
        // What is not of the same all-to-all is waited for as before.
        assertEquals(1, steps.get(2).afterCount());
        assertEquals(planned().size(), steps.size());
    }

    @Test
    void shouldFindNothingWhereThereIsNothing() {
        List<Step> steps = List.of(new Step(0, 1, 5, 0, 0, "dp"));
        assertTrue(new ExpertTraffic(steps).isEmpty());
        assertEquals(steps, new ExpertTraffic(steps).atOnce());
    }
}
