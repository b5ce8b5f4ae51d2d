package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import java.security.SecureRandom;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Thousands of scenarios, half of them the same each time and half of them new: {@code scripts/helio simulate} runs as many as one likes. */
class RandomisedSimulationTest {
    /** Both tests together take half a minute on a core that others use, too. */
    private static final int SCHEDULES = Integer.getInteger("heliograph.simulation.schedules", 2_000);

    @Test
    void shouldKeepAllPromisesWhenScenariosAreKnown() {
        run(1);
    }

    @Test
    void shouldKeepAllPromisesWhenScenariosAreNew() {
        long base = Long.getLong("heliograph.simulation.seed", new SecureRandom().nextLong());
        System.out.println("simulation: " + SCHEDULES + " schedules, -Dheliograph.simulation.seed=" + base);
        run(base);
    }

    private static void run(long base) {
        try (Simulation simulation = new Simulation()) {
            for (int i = 0; i < SCHEDULES; i++) {
                long seed = ScenarioGenerator.seed(base, i);
                Outcome outcome = simulation.run(seed);
                if (!outcome.passed()) {
                    Scenario small = new Shrinker(simulation::run).shrink(ScenarioGenerator.generate(seed));
                    fail(
                            "schedule " + i + " failed; replay it with scripts/helio simulate --replay " + seed
                                    + System.lineSeparator() + small.describe(),
                            Objects.requireNonNull(outcome.failure()));
                }
            }
        }
    }
}
