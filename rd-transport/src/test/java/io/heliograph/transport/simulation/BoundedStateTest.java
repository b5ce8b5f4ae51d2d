package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node remembers of its peers does not grow, however much was sent and however often relations ended. */
class BoundedStateTest {
    private static final Settings SETTINGS = new Settings(
            3,
            2,
            true,
            576,
            Settings.Sequences.USUAL,
            2,
            16,
            4,
            0,
            400_000_000,
            true,
            Settings.Sending.USUAL,
            new Settings.Links(96, 128, 4, 5_000, 500, 50, 100));

    /** Queues that were not used in the last relation make a difference; one relation's state kept for each round would make a hundred times that. */
    private static final double TOLERANCE = 1.25;

    @Test
    void shouldRememberNoMoreWhenRelationsEndManyTimes() {
        long few = stateBytes(20);
        long many = stateBytes(300);
        assertTrue(many <= TOLERANCE * few, () -> few + " bytes after 20 rounds, " + many + " after 300");
    }

    private static long stateBytes(int rounds) {
        try (Arena arena = Arena.ofConfined()) {
            Run run = new Run(scenario(rounds), new FramePool(arena), Simulation.memories(arena));
            run.play();
            long bytes = ObjectGraph.bytes(run.node(0).endpoint());
            run.finish();
            return bytes;
        }
    }

    private static Scenario scenario(int rounds) {
        List<Event> events = new ArrayList<>();
        events.add(new Event.Faults(0, 1, 100, 100, 10, 100, 100, 300_000));
        events.add(new Event.Faults(1, 0, 100, 100, 10, 100, 100, 300_000));
        for (int i = 0; i < rounds; i++) {
            for (int queue = 0; queue < 2; queue++) {
                events.add(new Event.Post(0, 1, queue, 2_000, Event.Operation.WRITE, Event.Aim.TARGET));
                events.add(new Event.Post(1, 0, queue, 700, Event.Operation.IMMEDIATE, Event.Aim.TARGET));
                events.add(new Event.Post(2, 0, queue, 20, Event.Operation.FENCED, Event.Aim.TARGET));
                events.add(new Event.Post(0, 2, queue, 20, Event.Operation.FENCED, Event.Aim.WRONG_KEY));
                events.add(new Event.Post(0, 2, queue, 20, Event.Operation.FENCED, Event.Aim.TARGET));
            }
            events.add(new Event.Wait(200_000));
            events.add(new Event.Restart(1 + i % 2));
            events.add(new Event.RotateKey(0));
            events.add(new Event.Wait(30_000_000));
        }
        return new Scenario(5, SETTINGS, events);
    }
}
