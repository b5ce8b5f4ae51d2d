package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;

/** Thousands of schedules under faults, each from one seed: see {@link Schedule} for what is checked. */
class RandomisedSimulationTest {
    private static final int SCHEDULES = Integer.getInteger("heliograph.simulation.schedules", 4000);
    private static final long FIRST_SEED = Long.getLong("heliograph.simulation.seed", 1);

    @Test
    void shouldKeepAllPromisesWhenNetworkIsBad() {
        SeededRandom seeds = new SeededRandom(FIRST_SEED);
        for (int i = 0; i < SCHEDULES; i++) {
            long seed = i == 0 ? FIRST_SEED : seeds.nextLong();
            try {
                new Schedule(seed).run();
            } catch (RuntimeException | AssertionError e) {
                fail(
                        "schedule " + i + " failed; replay it alone with -Dheliograph.simulation.schedules=1"
                                + " -Dheliograph.simulation.seed=" + seed,
                        e);
            }
        }
    }
}
