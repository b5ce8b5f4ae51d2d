package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int SEEDS = 300;
    private static final int SEEDS_OF_ALL_ENDS = 1500;

    private final Simulation simulation = new Simulation();

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void shouldReplayExactlyWhenSeedIsTheSame() {
        Set<Long> traces = new HashSet<>();
        try (Simulation another = new Simulation()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                Outcome first = simulation.run(seed);
                assertEquals(first, another.run(seed), "seed " + seed);
                traces.add(first.traceHash());
            }
        }
        assertEquals(SEEDS, traces.size(), "two seeds gave the same trace");
    }

    @Test
    void shouldReplayExactlyWhenScenarioBeforeFailed() {
        Outcome clean = simulation.run(1);
        assertNotEquals("", simulation.run(impossible()).kind());
        assertEquals(clean, simulation.run(1));
    }

    /** The end of a relation and an earlier success in another queue were polled in that order: a checker took the success for one of a later relation. */
    @Test
    void shouldPassWhenCompletionsOfQueuesWaitedTogether() {
        Scenario scenario = ScenarioGenerator.generate(-2282011192625150623L);
        List<Event> events = List.of(
                new Event.PollStall(1, true),
                new Event.Post(1, 0, 0, 114, Event.Operation.IMMEDIATE, Event.Aim.OVERLAP),
                new Event.Wait(20_900),
                new Event.Post(1, 0, 0, 2, Event.Operation.WRITE, Event.Aim.TARGET),
                new Event.EngineStall(0, true),
                new Event.Wait(392_000_000),
                new Event.Post(1, 0, 1, 1242, Event.Operation.WRITE, Event.Aim.TARGET),
                new Event.Wait(9_000_000));
        Outcome outcome = simulation.run(scenario.with(events));
        assertEquals("", outcome.kind());
        assertTrue(outcome.statuses().contains(CompletionStatus.PEER_GONE));
    }

    /** Nobody is ever gone by its settings, but a node restarts. */
    private static Scenario impossible() {
        Settings calm = ScenarioGenerator.generate(calmSeed()).settings();
        Event.Post post = new Event.Post(0, 1, 0, 100, Event.Operation.WRITE, Event.Aim.TARGET);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(post);
            events.add(new Event.Wait(30_000));
        }
        events.add(new Event.Restart(1));
        events.add(post);
        events.add(new Event.Wait(50_000_000));
        return new Scenario(1, calm, events);
    }

    private static long calmSeed() {
        long seed = 0;
        while (ScenarioGenerator.generate(seed).settings().relationsMayEnd()) {
            seed++;
        }
        return seed;
    }

    @Test
    void shouldShrinkToWhatItTakesWhenScenarioFails() {
        Scenario small = new Shrinker(simulation::run).shrink(impossible());
        assertEquals(simulation.run(impossible()).kind(), simulation.run(small).kind());
        // A relation, its end, and somebody who finds out.
        assertTrue(small.events().size() <= 4, small::describe);
        assertTrue(small.events().contains(new Event.Restart(1)), small::describe);
        for (int i = 0; i < small.events().size(); i++) {
            List<Event> fewer = new ArrayList<>(small.events());
            fewer.remove(i);
            assertTrue(simulation.run(small.with(fewer)).passed(), "event " + i + " is not needed");
        }
    }

    @Test
    void shouldRefuseToShrinkWhenScenarioPasses() {
        Shrinker shrinker = new Shrinker(simulation::run);
        assertThrows(IllegalArgumentException.class, () -> shrinker.shrink(ScenarioGenerator.generate(1)));
    }

    @Test
    void shouldGenerateEveryKindOfEventWhenSeedsAreMany() {
        Set<Class<?>> kinds = new HashSet<>();
        EnumSet<Event.Aim> aims = EnumSet.noneOf(Event.Aim.class);
        EnumSet<Event.Operation> operations = EnumSet.noneOf(Event.Operation.class);
        for (long seed = 0; seed < SEEDS; seed++) {
            for (Event event : ScenarioGenerator.generate(seed).events()) {
                kinds.add(event.getClass());
                if (event instanceof Event.Post post) {
                    aims.add(post.aim());
                    operations.add(post.operation());
                }
            }
        }
        assertEquals(Set.of(Event.class.getPermittedSubclasses()), kinds);
        assertEquals(EnumSet.allOf(Event.Aim.class), aims);
        assertEquals(EnumSet.allOf(Event.Operation.class), operations);
    }

    @Test
    void shouldReachEveryPartOfTheProtocolWhenSeedsAreMany() {
        Set<Integer> statuses = new HashSet<>();
        Set<EndpointCounter> counted = EnumSet.noneOf(EndpointCounter.class);
        for (int i = 0; i < SEEDS_OF_ALL_ENDS; i++) {
            Outcome outcome = simulation.run(ScenarioGenerator.seed(1, i));
            statuses.addAll(outcome.statuses());
            counted.addAll(outcome.counted());
        }
        assertEquals(
                Set.of(
                        CompletionStatus.SUCCESS,
                        CompletionStatus.BAD_KEY,
                        CompletionStatus.OUT_OF_BOUNDS,
                        CompletionStatus.NO_PERMISSION,
                        CompletionStatus.FLUSHED,
                        CompletionStatus.PEER_GONE,
                        CompletionStatus.PEER_RESTARTED,
                        CompletionStatus.REGION_GONE,
                        CompletionStatus.UNDELIVERABLE),
                statuses);
        for (EndpointCounter counter : List.of(
                EndpointCounter.HANDED_OVER,
                EndpointCounter.CHALLENGED,
                EndpointCounter.PROBE_SENT,
                EndpointCounter.LOST_BY_TRIM,
                EndpointCounter.NO_RESOURCE,
                EndpointCounter.STALE_INCARNATION,
                EndpointCounter.WRONG_DESTINATION,
                EndpointCounter.OUT_OF_WINDOW,
                EndpointCounter.PAUSE_SENT,
                EndpointCounter.PAUSE_RECEIVED,
                EndpointCounter.PAUSE_STORMS)) {
            assertTrue(counted.contains(counter), counter::name);
        }
    }

    @Test
    void shouldGiveWayWhenStrangerDiedBetweenItsMessages() {
        Settings usual = ScenarioGenerator.generate(1).settings();
        Settings roomForOne = new Settings(
                3,
                1,
                true,
                576,
                Settings.Sequences.USUAL,
                1,
                16,
                4,
                1,
                400_000_000,
                true,
                Settings.Sending.USUAL,
                usual.links());
        Event.Post post = new Event.Post(1, 0, 0, 8, Event.Operation.WRITE, Event.Aim.TARGET);
        Event.Post another = new Event.Post(2, 0, 0, 8, Event.Operation.WRITE, Event.Aim.TARGET);
        // The first message is lost, the second arrives: of the first nothing is known, and of the second nothing is
        // missing.
        List<Event> events = List.of(
                new Event.LossBurst(1, 0, 1),
                post,
                post,
                new Event.Wait(2_000),
                new Event.LossBurst(1, 0, 1_000),
                new Event.Wait(1_000_000),
                new Event.Restart(1),
                another);
        Outcome outcome = simulation.run(new Scenario(1, roomForOne, events));
        assertTrue(outcome.passed(), () -> String.valueOf(outcome.failure()));
        assertTrue(outcome.counted().contains(EndpointCounter.NO_RESOURCE), outcome::toString);
    }

    @Test
    void shouldDeliverEarliestFirstWhenFramesAreUnderWay() {
        SeededRandom random = new SeededRandom(3);
        ArrivalQueue queue = new ArrivalQueue();
        for (int i = 0; i < 1000; i++) {
            int timeNs = random.nextInt(50);
            // The frame tells when it arrives and which it is.
            queue.add(timeNs, timeNs * 1_000L + i);
        }
        long last = -1;
        for (int i = 0; i < 1000; i++) {
            long arrivalNs = queue.firstNs();
            long frame = queue.remove();
            assertEquals(arrivalNs, frame / 1_000);
            assertTrue(frame > last, "order");
            last = frame;
        }
        assertEquals(Long.MAX_VALUE, queue.firstNs());
    }
}
