package io.heliograph.collectives.planning.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.controller.ControlSimulation.Mutation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C5, C6, C7, C8: every chunk gets one slot, no link carries two chunks in a slot, whatever packets, controllers and nodes get lost; and a broken rule does not go unnoticed. */
class ControlSimulationTest {
    private static final int RUNS = Integer.getInteger("heliograph.controller.runs", 250);
    private static final int MUTATED_RUNS = 300;

    @Test
    void shouldGiveEveryChunkOneSlotAndNoLinkTwoChunks() {
        long restarts = 0;
        long lost = 0;
        for (long seed = 0; seed < RUNS; seed++) {
            try (ControlSimulation simulation = new ControlSimulation(seed, Mutation.NONE)) {
                simulation.run();
                assertEquals(List.of(), simulation.faults, "seed=" + seed);
                restarts += simulation.restarts;
                lost += simulation.lost;
            }
        }
        assertTrue(restarts > RUNS / 2 && lost > RUNS, "too quiet: restarts=" + restarts + " lost=" + lost);
    }

    @ParameterizedTest
    @EnumSource(value = Mutation.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldNoticeABrokenRule(Mutation mutation) {
        int noticed = 0;
        for (long seed = 0; seed < MUTATED_RUNS && noticed == 0; seed++) {
            try (ControlSimulation simulation = new ControlSimulation(seed, mutation)) {
                simulation.run();
                noticed += simulation.faults.isEmpty() ? 0 : 1;
            }
        }
        assertTrue(noticed > 0, mutation + " was not noticed in " + MUTATED_RUNS + " runs");
    }
}
