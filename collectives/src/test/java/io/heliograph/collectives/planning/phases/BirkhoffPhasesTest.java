package io.heliograph.collectives.planning.phases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BirkhoffPhasesTest {
    private static final int RUNS = 300;

    /** Some even, some with few large values, some nearly empty. */
    private static TrafficMatrix random(Random random) {
        int ranks = 1 + random.nextInt(14);
        int kind = random.nextInt(3);
        long[][] bytes = new long[ranks][ranks];
        for (int from = 0; from < ranks; from++) {
            for (int to = 0; to < ranks; to++) {
                boolean isSent = from != to && (kind != 2 || random.nextInt(5) == 0);
                long most = kind == 1 ? 1L << random.nextInt(30) : 1000;
                bytes[from][to] = isSent ? random.nextLong(most) : 0;
            }
        }
        return new TrafficMatrix(bytes);
    }

    /** Each phase is a matching, and all of them together are the matrix to the byte. */
    private static void assertSends(TrafficMatrix matrix, List<MatchingPhase> phases, int seed) {
        long[][] sums = new long[matrix.ranks()][matrix.ranks()];
        for (MatchingPhase phase : phases) {
            Set<Integer> receivers = new HashSet<>();
            for (int from = 0; from < matrix.ranks(); from++) {
                int to = phase.to()[from];
                if (to == MatchingPhase.NOBODY) {
                    assertEquals(0, phase.bytes()[from], "seed " + seed);
                    continue;
                }
                assertTrue(receivers.add(to), "two senders for " + to + ", seed " + seed);
                assertTrue(phase.bytes()[from] > 0 && phase.bytes()[from] <= phase.lengthBytes(), "seed " + seed);
                sums[from][to] += phase.bytes()[from];
            }
        }
        for (int from = 0; from < matrix.ranks(); from++) {
            for (int to = 0; to < matrix.ranks(); to++) {
                assertEquals(matrix.bytes(from, to), sums[from][to], "seed " + seed);
            }
        }
    }

    private static long length(List<MatchingPhase> phases) {
        return phases.stream().mapToLong(MatchingPhase::lengthBytes).sum();
    }

    @Test
    void shouldSendAllInTheLeastTimeAndABoundedNumberOfPhases() {
        for (int seed = 0; seed < RUNS; seed++) {
            TrafficMatrix matrix = random(new Random(seed));
            List<MatchingPhase> phases = BirkhoffPhases.of(matrix);
            assertSends(matrix, phases, seed);
            assertEquals(matrix.greatestSum(), length(phases), "seed " + seed);
            int ranks = matrix.ranks();
            assertTrue(phases.size() <= ranks * ranks - 2 * ranks + 2, "phases " + phases.size() + " seed " + seed);
        }
    }

    @Test
    void shouldCutShortPhasesWithoutLosingAByte() {
        int fewer = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            TrafficMatrix matrix = random(new Random(seed));
            List<MatchingPhase> phases = BirkhoffPhases.of(matrix);
            long least = matrix.greatestSum() / 20;
            List<MatchingPhase> cut = BirkhoffPhases.withoutShort(phases, least);
            assertSends(matrix, cut, seed);
            assertTrue(cut.size() <= phases.size(), "seed " + seed);
            assertTrue(length(cut) >= matrix.greatestSum(), "seed " + seed);
            fewer += cut.size() < phases.size() ? 1 : 0;
            assertEquals(
                    length(phases), length(BirkhoffPhases.withoutShort(phases, 0)), "nothing to cut, seed " + seed);
        }
        assertTrue(fewer > RUNS / 4, "cut in " + fewer);
    }

    @Test
    void shouldNeedRanksLessOnePhasesIfAllPartsAreEqual() {
        long[][] even = new long[8][8];
        for (int from = 0; from < 8; from++) {
            Arrays.fill(even[from], 4096);
            even[from][from] = 0;
        }
        List<MatchingPhase> phases = BirkhoffPhases.of(new TrafficMatrix(even));
        assertEquals(7, phases.size());
        phases.forEach(phase -> assertEquals(4096, phase.lengthBytes()));
    }

    @Test
    void shouldRefuseWhatIsNoTraffic() {
        assertThrows(IllegalArgumentException.class, () -> new TrafficMatrix(new long[0][0]));
        assertThrows(IllegalArgumentException.class, () -> new TrafficMatrix(new long[][] {{0, 1}}));
        assertThrows(IllegalArgumentException.class, () -> new TrafficMatrix(new long[][] {{1}}));
        assertThrows(IllegalArgumentException.class, () -> new TrafficMatrix(new long[][] {{0, -1}, {0, 0}}));
        assertThrows(
                IllegalArgumentException.class,
                () -> new TrafficMatrix(new long[][] {{0, Long.MAX_VALUE / 2, 9}, {0, 0, 0}, {0, 0, 0}}));
        assertEquals(List.of(), BirkhoffPhases.of(new TrafficMatrix(new long[3][3])));
    }
}
