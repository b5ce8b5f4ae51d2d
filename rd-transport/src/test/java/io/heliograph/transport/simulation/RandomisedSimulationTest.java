package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.transport.SeededRandom;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Thousands of schedules under faults, each from one seed: see {@link Schedule} for what is checked. */
class RandomisedSimulationTest {
    private static final int SCHEDULES = Integer.getInteger("heliograph.simulation.schedules", 4000);
    private static final long FIRST_SEED = Long.getLong("heliograph.simulation.seed", 1);

    @Test
    void shouldKeepAllPromisesWhenNetworkIsBad() {
        replay("shouldKeepAllPromisesWhenNetworkIsBad", SCHEDULES, seed -> new Schedule(seed).run());
    }

    @Test
    void shouldEndWellWhenNodesRestartAndRegionsGo() {
        replay("shouldEndWellWhenNodesRestartAndRegionsGo", SCHEDULES / 4, seed -> new TroubledSchedule(seed).run());
    }

    private static void replay(String test, int schedules, LongConsumer schedule) {
        SeededRandom seeds = new SeededRandom(FIRST_SEED);
        for (int i = 0; i < Math.max(1, schedules); i++) {
            long seed = i == 0 ? FIRST_SEED : seeds.nextLong();
            try {
                schedule.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                fail(
                        "schedule " + i + " failed; replay it alone with -Dtest=RandomisedSimulationTest#" + test
                                + " -Dheliograph.simulation.schedules=1 -Dheliograph.simulation.seed=" + seed,
                        e);
            }
        }
    }
}
