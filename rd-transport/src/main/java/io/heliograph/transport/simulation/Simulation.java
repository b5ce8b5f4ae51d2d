package io.heliograph.transport.simulation;

import java.lang.foreign.Arena;

/**
 * Runs scenarios, one after another, over memory that it keeps. One thread; close it when done.
 *
 * <p>A run has three parts: the events of the scenario; then faults stop, stalled nodes go on, and all that was posted must end; then every node must still
 * be able to write to those it wrote to, everything must come to rest, and the checkers look at what is left.
 */
public final class Simulation implements AutoCloseable {
    /** The most nodes of a scenario. */
    public static final int MAX_NODES = 6;

    private static final long SOURCE_SEED = 7;

    private Arena arena = Arena.ofConfined();
    private FramePool pool = new FramePool(arena);
    private NodeMemory[] memories = memories(arena);

    /** A simulation with fresh memory. */
    public Simulation() {}

    static NodeMemory[] memories(Arena arena) {
        NodeMemory[] all = new NodeMemory[MAX_NODES];
        for (int i = 0; i < MAX_NODES; i++) {
            all[i] = new NodeMemory(arena, SOURCE_SEED + i);
        }
        return all;
    }

    /** Generates and runs the scenario of a seed. */
    public Outcome run(long seed) {
        return run(ScenarioGenerator.generate(seed));
    }

    /** Runs a scenario to its end, or to its first failure. */
    public Outcome run(Scenario scenario) {
        Run run = new Run(scenario, pool, memories);
        try {
            run.run();
            return run.outcome(null);
        } catch (RuntimeException | Error failure) {
            if (failure instanceof VirtualMachineError broken) {
                throw broken;
            }
            Outcome outcome = run.outcome(failure);
            run.abandon();
            startAfresh();
            return outcome;
        }
    }

    /** Nothing that a failed run left is used again. */
    private void startAfresh() {
        arena.close();
        arena = Arena.ofConfined();
        pool = new FramePool(arena);
        memories = memories(arena);
    }

    @Override
    public void close() {
        arena.close();
    }
}
