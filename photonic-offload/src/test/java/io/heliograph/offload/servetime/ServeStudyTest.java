package io.heliograph.offload.servetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ServeStudyTest {

    private static final ServedNetwork CHAIN = new ServedNetwork(
            "chain",
            1_000,
            List.of(new ServedNetwork.Layer(10, 8, List.of()), new ServedNetwork.Layer(20, 3, List.of(0))));

    private static Accelerator accelerator(int cores, long datapathNs) {
        return new Accelerator("a", cores, 2, Map.of("chain", datapathNs), 10, cores);
    }

    @Test
    void shouldServeALoneRequestInTheTimeOfItsLayers() {
        ServeStudy study = new ServeStudy(1, 1, 1, 1, 1, 1);
        // Four cores take 8 products of 10 in two turns, then 3 of 20 in one, two a nanosecond.
        assertEquals(Map.of("a", 100 + (20 + 20) / 2.0), study.aloneNs(CHAIN, List.of(accelerator(4, 100))));
        // One core: 80 and 60.
        assertEquals(Map.of("a", 140 / 2.0), study.aloneNs(CHAIN, List.of(accelerator(1, 0))));
        // Products of at least 40: two, then two.
        assertEquals(
                Map.of("a", (40 + 40) / 2.0),
                new ServeStudy(1, 1, 1, 1, 40, 1).aloneNs(CHAIN, List.of(accelerator(4, 0))));
    }

    @Test
    void shouldWaitForOthersUnderLoad() {
        ServeSimulation two = new ServeSimulation(
                accelerator(1, 0),
                List.of(new ServeSimulation.Arrival(CHAIN, 0), new ServeSimulation.Arrival(CHAIN, 10)),
                1);
        // One core, cycles: first 0..80, second's first layer from 20 behind it to 160, first's second 220, second's
        // second 280.
        assertEquals(Map.of("chain", List.of(220 / 2.0, (280 - 20) / 2.0)), two.serve(2));
    }

    @Test
    void shouldReplayFromItsSeedAndDependOnTheLoad() {
        ServeStudy study = new ServeStudy(0.1, 3, 200, 100, 1, 5);
        Accelerator busy = accelerator(1, 0);
        ServeStudy.Served served = study.run(busy, List.of(CHAIN));
        assertEquals(served, study.run(busy, List.of(CHAIN)));
        assertTrue(served.served() >= 300, served::toString);
        // A request brings 70 ns of work; at 0.1 Gbit/s one comes every 80 us, at 120 Gbit/s every 67 ns.
        assertEquals(70, served.meanNs("chain"), 1);
        assertTrue(study.withLinkGbps(120).run(busy, List.of(CHAIN)).meanNs("chain") > 200);
        // A queue with Poisson arrivals and fixed work at half load: waiting is work / 2 (Pollaczek and Khinchine), but
        // that here layers of others come between.
        double half = new ServeStudy(57.14, 4, 3_000, 3_000, 1, 5)
                .run(busy, List.of(CHAIN))
                .meanNs("chain");
        assertTrue(half > 70 + 30 && half < 70 + 70, "mean serve time at half load: " + half);
        assertEquals(Double.NaN, served.meanNs("other"));
        assertThrows(IllegalArgumentException.class, () -> new ServeStudy(0, 1, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ServeStudy(1, 1, 1, 2, 1, 1));
    }

    @Test
    void shouldCountEnergyAsThePublishedStudyDoes() {
        double lightning = Accelerator.lightning().joules(1);
        assertEquals(0.925e-12, lightning, 0.001e-12);
        List<Double> ratios = Accelerator.peers().stream()
                .map(peer -> peer.joules(1) / lightning)
                .toList();
        assertEquals(27.7, ratios.get(0), 0.1);
        assertEquals(33.3, ratios.get(1), 0.1);
        assertEquals(5.6, ratios.get(2), 0.1);
    }
}
