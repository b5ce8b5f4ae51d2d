package io.heliograph.transport.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes a scenario that fails small: leaves out events, many at a time and then fewer, as long as the same checker still fails.
 *
 * <p>Source: Zeller, Hildebrandt: "Simplifying and isolating failure-inducing input", IEEE TSE 28(2), 2002 (delta debugging, complements only).
 */
public final class Shrinker {
    /** Runs are short, but a shrunk scenario is for people who wait. */
    private static final int MAX_RUNS = 5_000;

    private final Function<Scenario, Outcome> runner;
    private int runs;

    /** A shrinker that finds out by {@code runner}, such as {@link Simulation#run(Scenario)}, how a scenario ends. */
    public Shrinker(Function<Scenario, Outcome> runner) {
        this.runner = runner;
    }

    /**
     * Returns the smallest scenario found that fails as {@code scenario} does; no event of it can be left out, unless runs ran out.
     *
     * @throws IllegalArgumentException if the scenario does not fail
     */
    public Scenario shrink(Scenario scenario) {
        String kind = runner.apply(scenario).kind();
        if (kind.isEmpty()) {
            throw new IllegalArgumentException("scenario does not fail: seed=" + scenario.seed());
        }
        Scenario smallest = scenario;
        int chunk = Math.max(1, scenario.events().size() / 2);
        while (runs < MAX_RUNS) {
            Scenario smaller = withoutChunks(smallest, chunk, kind);
            boolean shrunk = smaller.events().size() < smallest.events().size();
            smallest = smaller;
            if (chunk == 1 && !shrunk) {
                break;
            }
            chunk = Math.max(1, chunk / 2);
        }
        return smallest;
    }

    /** Runs that it took. */
    public int runs() {
        return runs;
    }

    /** From the end on, for what happens late is less often what it takes. */
    private Scenario withoutChunks(Scenario scenario, int chunk, String kind) {
        Scenario smallest = scenario;
        for (int end = scenario.events().size(); end > 0 && runs < MAX_RUNS; end -= chunk) {
            List<Event> fewer = new ArrayList<>(smallest.events());
            fewer.subList(Math.max(0, end - chunk), end).clear();
            Scenario candidate = smallest.with(fewer);
            runs++;
            if (runner.apply(candidate).kind().equals(kind)) {
                smallest = candidate;
            }
        }
        return smallest;
    }
}
