package io.heliograph.collectives.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Hosts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model against the formulas of the literature, and where its choice flips. */
final class CostModelTest {
    private static final int NO_PIECES = 1 << 30;
    private static final double ALPHA = 1000;
    private static final double BETA = 0.25;
    private static final double COPY = 0.125;
    private static final double GAMMA = 0.5;

    private static Costs costs(double alpha, double beta) {
        return new Costs(new Link(alpha, beta), new Link(alpha, beta), COPY, GAMMA);
    }

    private static CostModel model(int ranks, Costs costs) {
        return new CostModel(costs, Hosts.single(ranks), NO_PIECES);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 16})
    void shouldTakeAsLongAsTheFormulasSay(int ranks) {
        double n = 1 << 20;
        CostModel model = model(ranks, costs(ALPHA, BETA));
        double ring = (ranks - 1) * (2 * (ALPHA + n / ranks * BETA) + n / ranks * (GAMMA + COPY));
        assertEquals(ring, model.timeNs(Collective.ALL_REDUCE, Algorithm.RING, (long) n), 1);
        double direct = (ranks - 1) * (ALPHA + n * BETA + n * GAMMA) + (ranks > 2 ? n * COPY : 0);
        assertEquals(direct, model.timeNs(Collective.ALL_REDUCE, Algorithm.DIRECT, (long) n), 1);
        if (Integer.bitCount(ranks) == 1) {
            // Rabenseifner 2004, with a copy of what is received while doubling.
            double steps = Integer.numberOfTrailingZeros(ranks);
            double moved = n * (ranks - 1) / ranks;
            // Chunks go one by one here: a latency each.
            double messages = 2.0 * (ranks - 1);
            double halving = messages * ALPHA + 2 * moved * BETA + moved * (GAMMA + COPY);
            double time = model.timeNs(Collective.ALL_REDUCE, Algorithm.HALVING_DOUBLING, (long) n);
            assertTrue(time <= halving + 1 && time >= 2 * steps * ALPHA, "time=" + time + " formula=" + halving);
        }
    }

    /** Once the chain is full, a piece more costs its slowest link a message and a copy more. */
    @Test
    void shouldPipelinePiecesThroughAChain() {
        CostModel model = new CostModel(costs(ALPHA, BETA), Hosts.single(5), 1000);
        double piece = ALPHA + 1000 * BETA + 1000 * COPY;
        double tenth = model.timeNs(Collective.BROADCAST, Algorithm.RING, 10_000);
        double eleventh = model.timeNs(Collective.BROADCAST, Algorithm.RING, 11_000);
        assertEquals(piece, eleventh - tenth, 1);
        // Beyond what is looked at piece by piece it goes on like that.
        double hundredth = model.timeNs(Collective.BROADCAST, Algorithm.RING, 100_000);
        assertEquals(tenth + 90 * piece, hundredth, 1);
    }

    @Test
    void shouldFlipWhereTheConstantsSay() {
        // Three ranks: direct 2 (a + n b) + n c + 2 n g, ring 4 (a + n/3 b) + 2/3 n (c + g).
        double flip = 2 * ALPHA / (2 * BETA + COPY + 2 * GAMMA - 4 * BETA / 3 - 2 * (COPY + GAMMA) / 3);
        CostModel model = model(3, costs(ALPHA, BETA));
        for (long bytes = 4; bytes < 1 << 20; bytes *= 2) {
            double direct = model.timeNs(Collective.ALL_REDUCE, Algorithm.DIRECT, bytes);
            double ring = model.timeNs(Collective.ALL_REDUCE, Algorithm.RING, bytes);
            assertEquals(bytes < flip, direct < ring, "bytes=" + bytes + " flip=" + flip);
        }
        assertEquals(Algorithm.DIRECT, model.choose(Collective.ALL_REDUCE, 64));
        assertEquals(Algorithm.RING, model.choose(Collective.ALL_REDUCE, 1 << 24));
        // The same size, with other constants.
        assertEquals(Algorithm.DIRECT, model(3, costs(1e9, BETA)).choose(Collective.ALL_REDUCE, 1 << 20));
        assertEquals(Algorithm.RING, model(3, costs(1, 100)).choose(Collective.ALL_REDUCE, 1 << 20));
    }

    @Test
    void shouldCrossHostsSparinglyWhereThatIsDear() {
        Hosts hosts = Hosts.parse("4,4");
        Costs dear = new Costs(new Link(100, 0.01), new Link(100_000, 10), 0.01, 0.01);
        CostModel model = new CostModel(dear, hosts, 1 << 16);
        for (Collective collective : new Collective[] {
            Collective.ALL_REDUCE, Collective.REDUCE_SCATTER, Collective.ALL_GATHER, Collective.BROADCAST
        }) {
            double hierarchical = model.timeNs(collective, Algorithm.HIERARCHICAL, 64);
            double direct = model.timeNs(collective, Algorithm.DIRECT, 64);
            assertTrue(hierarchical < direct, collective + ": " + hierarchical + " " + direct);
        }
        assertEquals(Algorithm.HIERARCHICAL, model.choose(Collective.ALL_GATHER, 64));
        assertEquals(Algorithm.DIRECT, model.choose(Collective.ALL_TO_ALL, 64));
    }

    /** Rounds instead of messages one after the other, where they are fewer. */
    @Test
    void shouldDoubleTheDistanceInABarrierOfManyRanks() {
        for (int ranks = 2; ranks <= 17; ranks++) {
            CostModel model = model(ranks, costs(ALPHA, BETA));
            int rounds = Integer.SIZE - Integer.numberOfLeadingZeros(ranks - 1);
            assertEquals(rounds * ALPHA, model.timeNs(Collective.BARRIER, Algorithm.HALVING_DOUBLING, 0), 1);
            assertEquals((ranks - 1) * ALPHA, model.timeNs(Collective.BARRIER, Algorithm.DIRECT, 0), 1);
            assertEquals(
                    ranks <= 3 ? Algorithm.DIRECT : Algorithm.HALVING_DOUBLING, model.choose(Collective.BARRIER, 0));
        }
    }

    @Test
    void shouldRefuseWhatIsNoTime() {
        assertThrows(IllegalArgumentException.class, () -> new Link(Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new Link(1, 0));
        assertThrows(IllegalArgumentException.class, () -> costs(-1, 1));
        assertThrows(IllegalArgumentException.class, () -> costs(Double.POSITIVE_INFINITY, 1));
    }
}
