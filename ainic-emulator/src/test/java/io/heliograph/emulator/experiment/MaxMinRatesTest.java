package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.CircuitSchedule;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.rate.MaxMinFair;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MaxMinRatesTest {
    private static final long LINE = 100_000_000_000L;
    private static final LinkConfig LINK = LinkConfig.of(LINE, 1_000_000);
    private static final SwitchConfig SWITCH = SwitchConfig.of(1_000_000);

    private static void assertRate(double expected, long rate) {
        assertEquals(expected, (double) rate, 2, "bit/s");
    }

    @Test
    void shouldShareTheFullLinkAndGiveTheRestToOthers() {
        // h0 and h1 to h2, h1 also to h3: h2's link is full first, then h1's has as much left.
        try (Fabric fabric = Topologies.star(4, LINK, SWITCH).build(FabricConfig.DEFAULT)) {
            MaxMinRates rates = MaxMinRates.of(
                    fabric, List.of(Step.message(0, 2, 100), Step.message(1, 2, 300), Step.message(1, 3, 300)), 0.1);
            // In proportion to bytes: h1's own link is full at 600 parts of it, h2's at 400.
            assertRate(0.45e11, rates.leastRate(1, 2));
            assertRate(0.45e11, rates.leastRate(1, 3));
            assertRate(0.45e11, rates.leastRate(0, 2));
            assertEquals(0, rates.leastRate(0, 3));
        }
    }

    @Test
    void shouldGiveEachPhaseItsRatesAndTheLeastToOthers() {
        try (Fabric fabric = Topologies.star(4, LINK, SWITCH).build(FabricConfig.DEFAULT)) {
            MaxMinRates rates = MaxMinRates.of(
                    fabric,
                    List.of(
                            new Step(0, 2, 100, 0, 0),
                            new Step(1, 2, 100, 0, 0),
                            new Step(0, 2, 100, 1, 0),
                            new Step(1, 3, 100, 1, 0)),
                    0);
            assertRate(LINE / 2.0, rates.leastRate(0, 2));
            assertRate(LINE / 2.0, rates.rates(0).getOrDefault(PhaseRates.key(0, 2), 0L));
            assertRate(LINE, rates.rates(1).getOrDefault(PhaseRates.key(0, 2), 0L));
            assertRate(LINE / 2.0, rates.rates(1).getOrDefault(PhaseRates.key(1, 2), 0L));
            assertRate(LINE, rates.leastRate(1, 3));
        }
    }

    @Test
    void shouldPartOversubscribedLinksEvenly() {
        // Four hosts a leaf, two spines: a permutation to the other leaf has half the line each.
        try (Fabric fabric = Topologies.leafSpine(2, 2, 4, LINK, LINK, SWITCH).build(FabricConfig.DEFAULT)) {
            List<Step> steps = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                steps.add(Step.message(i, 4 + i, 1));
            }
            MaxMinRates rates = MaxMinRates.of(fabric, steps, 0);
            for (int i = 0; i < 4; i++) {
                assertRate(LINE / 2.0, rates.leastRate(i, 4 + i));
            }
        }
    }

    @Test
    void shouldNeverFillALinkMoreThanItTakes() {
        try (Fabric fabric = Topologies.fatTree(4, 2, LINK, SWITCH).build(FabricConfig.DEFAULT)) {
            for (int seed = 1; seed <= 20; seed++) {
                List<Step> steps = new Patterns.Permutation(32, 1000).steps(new SeededRandom(seed));
                steps = new ArrayList<>(steps);
                steps.addAll(new Patterns.Incast(5, seed, 500).steps(new SeededRandom(seed)));
                MaxMinRates rates = MaxMinRates.of(fabric, steps, 0.05);
                SprayRoutes routes = new SprayRoutes(fabric);
                List<long[]> pairs = steps.stream()
                        .map(step -> new long[] {step.from(), step.to()})
                        .toList();
                List<MaxMinFair.Demand> ways = pairs.stream()
                        .map(pair -> routes.demand((int) pair[0], (int) pair[1], 1))
                        .toList();
                double[] load = new double[routes.capacities().length];
                Set<Long> seen = new HashSet<>();
                for (int i = 0; i < pairs.size(); i++) {
                    if (!seen.add(pairs.get(i)[0] << 32 | pairs.get(i)[1])) {
                        continue;
                    }
                    long rate = rates.leastRate((int) pairs.get(i)[0], (int) pairs.get(i)[1]);
                    int[] links = ways.get(i).links();
                    for (int j = 0; j < links.length; j++) {
                        load[links[j]] += rate * ways.get(i).parts()[j];
                    }
                }
                boolean anyFull = false;
                for (double each : load) {
                    assertTrue(each <= 0.95 * LINE + 1000, () -> "load=" + each);
                    anyFull |= each > 0.95 * LINE - 1000;
                }
                assertTrue(anyFull, "nobody could have more");
            }
        }
    }

    @Test
    void shouldCountACircuitForTheTimeThatItIsThere() {
        CircuitSchedule schedule = CircuitSchedule.roundRobin(4, 90_000_000, 10_000_000);
        try (Fabric fabric =
                Topologies.opticalRacks(4, 1, LINK, LINK, SWITCH, schedule).build(FabricConfig.DEFAULT)) {
            MaxMinRates rates = MaxMinRates.of(fabric, List.of(Step.message(0, 1, 1), Step.message(0, 2, 1)), 0);
            assertRate(0.3 * LINE, rates.leastRate(0, 1));
            assertRate(0.3 * LINE, rates.leastRate(0, 2));
        }
    }

    @Test
    void shouldTakeOneLinkForAPair() {
        try (Fabric fabric = Topologies.pair(LINK).build(FabricConfig.DEFAULT)) {
            assertRate(
                    LINE * 0.5,
                    MaxMinRates.of(fabric, List.of(Step.message(0, 1, 9)), 0.5).leastRate(0, 1));
        }
    }
}
