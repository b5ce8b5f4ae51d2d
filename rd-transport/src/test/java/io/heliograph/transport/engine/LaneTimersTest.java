package io.heliograph.transport.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.simulation.Network;
import io.heliograph.transport.simulation.Node;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an endpoint says of when it must run next, against a look at the timers of each peer that something is asked of: never after the first of them. */
class LaneTimersTest {
    private static final int SCHEDULES = 40;
    private static final int STEPS = 400;
    private static final int MTU_BYTES = 576;
    private static final int MESSAGE_BYTES = 3_000;
    private static final long NOBODY_NS = Long.MAX_VALUE;
    /** A timer that is put off again and again is early all the time, but nobody wakes up for it more than once. */
    private static final double MOST_EARLY = 0.5;

    private long steps;
    private long spurious;
    private long sent;

    @ParameterizedTest
    @CsvSource({"1, 0.02", "1, 0.4", "2, 0.1", "3, 0.4"})
    void shouldNeverSleepPastTimerWhenFramesAreLostAndNodesRestart(int engines, double loss) throws Exception {
        for (int seed = 0; seed < SCHEDULES; seed++) {
            run(seed, engines, loss);
        }
        double early = (double) spurious / steps;
        String figures =
                String.format(Locale.ROOT, "engines=%d loss=%.2f: early in %.3f of %d", engines, loss, early, steps);
        System.out.println(figures);
        assertTrue(early < MOST_EARLY, figures);
        assertTrue(sent > SCHEDULES * STEPS / 10, "hardly anything was sent: " + sent);
    }

    private void run(long seed, int engines, double loss) throws Exception {
        FaultConfig faults = new FaultConfig(loss, 0.05, 0.1, 0.01, 0.05, 128, 0.1, 300_000, 0);
        SeededRandom random = new SeededRandom(seed);
        try (Network network =
                new Network(seed, MTU_BYTES, faults, engines, false, Network.config(1), Network.config(2))) {
            for (int step = 0; step < STEPS; step++) {
                boolean fromLeft = random.nextInt(2) == 0;
                Node from = fromLeft ? network.left : network.right;
                Node to = fromLeft ? network.right : network.left;
                switch (random.nextInt(100)) {
                    case 0 -> from.restart(random.nextLong(), to);
                    case 1, 2, 3, 4, 5, 6, 7, 8 ->
                        from.write(to, random.nextInt(4), 0, random.nextInt(MESSAGE_BYTES), 0, step);
                    case 9, 10, 11 ->
                        from.writeImm(to, random.nextInt(4), 0, random.nextInt(MESSAGE_BYTES), 0, 1, true, step);
                    default -> {}
                }
                network.step();
                check(network.left.endpoint(), network.clock.nowNs());
                check(network.right.endpoint(), network.clock.nowNs());
                network.left.poll();
                network.right.poll();
            }
            sent += network.left.count(EndpointCounter.DATA_SENT) + network.right.count(EndpointCounter.DATA_SENT);
        }
    }

    private void check(PacketEndpoint endpoint, long nowNs) throws ReflectiveOperationException {
        long saidNs = endpoint.nextDeadlineNs();
        long firstNs = NOBODY_NS;
        for (Engine engine : (Engine[]) get(get(endpoint, "engines"), "engines")) {
            // What the engine takes for now: the time of its last duty cycle.
            long engineNs = (long) get(engine, "nowNs");
            for (Object each : (List<?>) get(get(engine, "active"), "lanes")) {
                Lane lane = (Lane) each;
                if (lane.peer.isWaiting()) {
                    firstNs = Math.min(firstNs, lane.deadlineNs(engineNs, Tunables.PEER_TIMEOUT_NS));
                }
            }
        }
        // What is due already is for the next duty cycle.
        long exactNs = Math.max(firstNs, nowNs);
        assertTrue(saidNs <= exactNs, () -> "late by " + (saidNs - exactNs) + " ns");
        steps++;
        spurious += saidNs < exactNs && saidNs > nowNs ? 1 : 0;
    }

    private static Object get(Object object, String name) throws ReflectiveOperationException {
        Field field = object.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(object);
    }
}
