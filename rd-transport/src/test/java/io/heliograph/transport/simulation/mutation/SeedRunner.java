package io.heliograph.transport.simulation.mutation;

import io.heliograph.transport.simulation.Outcome;
import io.heliograph.transport.simulation.Simulation;
import java.io.Closeable;
import java.util.function.LongFunction;

/** Runs the scenario of a seed with whatever classes its own loader has; returns what failed, or an empty text. Made by reflection. */
public final class SeedRunner implements LongFunction<String>, Closeable {
    private final Simulation simulation = new Simulation();

    @Override
    public String apply(long seed) {
        Outcome outcome = simulation.run(seed);
        return outcome.failure() == null ? "" : outcome.failure().toString();
    }

    @Override
    public void close() {
        simulation.close();
    }
}
