package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.rate.MaxMinFair.Demand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MaxMinFairTest {
    private static final double NEARLY = 1e-6;

    private static Demand demand(double weight, int... links) {
        double[] parts = new double[links.length];
        Arrays.fill(parts, 1);
        return new Demand(weight, links, parts);
    }

    @Test
    void shouldGiveWhatABottleneckLeavesToThoseWhoDoNotCrossIt() {
        double[] free = {1, 2, 1};
        double[] shares =
                MaxMinFair.shares(List.of(demand(1, 0), demand(1, 0, 1), demand(1, 0, 1, 2), demand(1, 1)), free);
        assertArrayEquals(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0, 4 / 3.0}, shares, NEARLY);
        assertArrayEquals(new double[] {0, 0, 2 / 3.0}, free, NEARLY);
    }

    @Test
    void shouldShareByWeight() {
        assertArrayEquals(
                new double[] {2, 6}, MaxMinFair.shares(List.of(demand(1, 0), demand(3, 0)), new double[] {8}), NEARLY);
    }

    @Test
    void shouldCountTheSprayedPartAlone() {
        Demand sprayed = new Demand(1, new int[] {0, 1}, new double[] {0.25, 0.75});
        assertArrayEquals(new double[] {4}, MaxMinFair.shares(List.of(sprayed), new double[] {9, 3}), NEARLY);
    }

    @Test
    void shouldGiveNothingWhereNothingIsFree() {
        assertArrayEquals(
                new double[] {0, 5},
                MaxMinFair.shares(List.of(demand(1, 0, 1), demand(1, 1)), new double[] {0, 5}),
                NEARLY);
    }

    /** Max-min fairness is that each has a full link on its way on which nobody has more for its weight. */
    @Test
    void shouldLeaveEachABottleneckOnWhichNobodyHasMore() {
        SeededRandom random = new SeededRandom(1);
        for (int round = 0; round < 200; round++) {
            double[] capacities = new double[5];
            Arrays.setAll(capacities, _ -> 1 + random.nextInt(9));
            List<Demand> demands = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int first = random.nextInt(5);
                demands.add(demand(1 + random.nextInt(4), first, (first + 1 + random.nextInt(4)) % 5));
            }
            double[] shares = MaxMinFair.shares(demands, capacities.clone());
            double[] load = new double[5];
            double[] highest = new double[5];
            for (int i = 0; i < shares.length; i++) {
                for (int link : demands.get(i).links()) {
                    load[link] += shares[i];
                    highest[link] =
                            Math.max(highest[link], shares[i] / demands.get(i).weight());
                }
            }
            for (int i = 0; i < shares.length; i++) {
                double level = shares[i] / demands.get(i).weight();
                assertTrue(
                        Arrays.stream(demands.get(i).links())
                                .anyMatch(link ->
                                        load[link] > capacities[link] - NEARLY && highest[link] < level + NEARLY),
                        "no bottleneck of its own: demand " + i + " of round " + round);
            }
            for (int link = 0; link < 5; link++) {
                assertEquals(Math.min(load[link], capacities[link]), load[link], NEARLY);
            }
        }
    }
}
