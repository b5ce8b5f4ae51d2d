package io.heliograph.transport.path;

import static io.heliograph.transport.path.MultipathPair.GAP_NS;
import static io.heliograph.transport.path.MultipathPair.RTT_NS;
import static io.heliograph.transport.path.PathState.ASSUMED_BAD;
import static io.heliograph.transport.path.PathState.DENIED;
import static io.heliograph.transport.path.PathState.GOOD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Tunables;
import java.util.Locale;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole endpoints over links whose paths die, return, lose and are denied; every message completes with its bytes in place. Bounds are in round trips. */
final class MultipathEndpointTest {
    /** From the first packet into a hole until its path gets no more data: what RACK takes to see it, and a little. */
    private static final long LEFT_WITHIN_NS = 2 * RTT_NS;
    /** Until it is assumed bad: three probes with timeouts of two, four and eight round trips, more where round trips vary. */
    private static final long BAD_WITHIN_NS = LEFT_WITHIN_NS + 18 * RTT_NS;
    /** From a path's return until it is used: the greatest probe interval and a round trip. */
    private static final long BACK_WITHIN_NS = PathTimers.MAX_PROBE_INTERVAL_NS + 2 * RTT_NS;

    private static final long DRAIN_NS = 1_000_000_000;

    private final TestReporter reporter;

    MultipathEndpointTest(TestReporter reporter) {
        this.reporter = reporter;
    }

    private static MultipathPair pair(PathSpray spray, int paths, int engines) {
        MultipathPair pair = new MultipathPair(PathConfig.of(spray).withPaths(paths), engines, paths);
        pair.run(200 * RTT_NS);
        assertTrue(pair.completed > 1_000, pair::figures);
        assertEquals(0, pair.count(EndpointCounter.RETRANSMITTED), pair::figures);
        pair.mark();
        return pair;
    }

    private static double rtts(long ns) {
        return (double) ns / RTT_NS;
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void shouldLeaveBlackHoleWithinRoundTripsAndTakeItBack(int paths) {
        try (MultipathPair pair = pair(PathSpray.ADAPTIVE, paths, 1)) {
            MultipathPort.Path hole = pair.path(5);
            hole.dead = true;
            long diedNs = pair.clock.nowNs();
            long badNs = pair.until(() -> pair.state(5) == ASSUMED_BAD, 1_000 * RTT_NS);
            pair.run(200 * RTT_NS);
            long leftNs = hole.lastDataNs - diedNs;
            String figures = pair.figures()
                    + String.format(Locale.ROOT, " leftRtts=%.2f badRtts=%.2f", rtts(leftNs), rtts(badNs));
            long roundNs = paths * GAP_NS;
            assertTrue(leftNs <= roundNs + LEFT_WITHIN_NS, figures);
            assertTrue(badNs >= 0 && badNs <= roundNs + BAD_WITHIN_NS, figures);
            assertEquals(1, pair.inState(ASSUMED_BAD), figures);
            assertEquals(hole.dropped, pair.count(EndpointCounter.RETRANSMITTED), figures);
            // Its share is the others': each has its part of what was sent since.
            pair.mark();
            pair.run(100 * RTT_NS);
            long each = pair.forth.getFirst().sent() / (paths - 1);
            assertEquals(0, hole.sent, figures);
            for (int i = 0; i < paths; i++) {
                assertTrue(i == 5 || Math.abs(pair.path(i).sent - each) <= each / 10 + 1, figures);
            }
            hole.dead = false;
            long backNs = pair.until(() -> pair.state(5) == GOOD, 2 * BACK_WITHIN_NS);
            assertTrue(backNs >= 0 && backNs <= BACK_WITHIN_NS, figures);
            pair.mark();
            pair.run(100 * RTT_NS);
            assertEquals((double) pair.forth.getFirst().sent() / paths, (double) hole.sent, each / 10.0 + 1, figures);
            assertTrue(pair.drain(DRAIN_NS) >= 0, figures);
            reporter.publishEntry(pair.figures()
                    + figures.substring(figures.indexOf(" leftRtts"))
                    + String.format(Locale.ROOT, " backRtts=%.1f", rtts(backNs)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void shouldLoseFarLessThanWhenOblivious(int paths) {
        long[] lost = new long[2];
        long[] done = new long[2];
        for (PathSpray spray : PathSpray.values()) {
            try (MultipathPair pair = pair(spray, paths, 1)) {
                pair.path(3).dead = true;
                long before = pair.completed;
                pair.run(500 * RTT_NS);
                int at = spray == PathSpray.ADAPTIVE ? 1 : 0;
                lost[at] = pair.forth.getFirst().dropped();
                done[at] = pair.completed - before;
                assertTrue(pair.drain(DRAIN_NS) >= 0, pair::figures);
                reporter.publishEntry(spray + " " + pair.figures() + " completedInTime=" + done[at]);
            }
        }
        String figures = "lost oblivious=" + lost[0] + " adaptive=" + lost[1] + ", completed oblivious=" + done[0]
                + " adaptive=" + done[1];
        assertTrue(lost[1] * 20 < lost[0], figures);
        assertTrue(done[1] > done[0], figures);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void shouldGoOnWhenHalfOfThePathsDieAndReturn(int paths) {
        long[] done = new long[2];
        for (PathSpray spray : PathSpray.values()) {
            try (MultipathPair pair = pair(spray, paths, 1)) {
                for (int i = 0; i < paths; i += 2) {
                    pair.path(i).dead = true;
                }
                long before = pair.completed;
                pair.run(1_000 * RTT_NS);
                done[spray == PathSpray.ADAPTIVE ? 1 : 0] = pair.completed - before;
                reporter.publishEntry(spray + " " + pair.figures() + " completedInTime=" + (pair.completed - before));
                if (spray == PathSpray.ADAPTIVE) {
                    assertEquals(paths / 2, pair.inState(ASSUMED_BAD), pair::figures);
                    pair.mark();
                    pair.run(100 * RTT_NS);
                    assertEquals(0, pair.forth.getFirst().dropped(), pair::figures);
                }
                for (int i = 0; i < paths; i += 2) {
                    pair.path(i).dead = false;
                }
                assertTrue(pair.until(() -> pair.inState(GOOD) == paths, BACK_WITHIN_NS) >= 0, pair::figures);
                assertTrue(pair.drain(DRAIN_NS) >= 0, pair::figures);
            }
        }
        // Half of what is sent is lost, and the link is full.
        assertTrue(done[1] > 1.9 * done[0], "completed oblivious=" + done[0] + " adaptive=" + done[1]);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64, 256})
    void shouldLoseNothingWhenAnswersGetLostOnTheirWayBack(int paths) {
        try (MultipathPair pair = pair(PathSpray.ADAPTIVE, paths, 1)) {
            pair.back.getFirst().paths[7].dead = true;
            pair.run(1_000 * RTT_NS);
            assertEquals(0, pair.inState(ASSUMED_BAD), pair::figures);
            assertTrue(pair.drain(DRAIN_NS) >= 0, pair::figures);
            reporter.publishEntry(pair.figures());
        }
    }

    @ParameterizedTest
    @CsvSource({"16, 2", "64, 2", "64, 4"})
    void shouldLeaveBlackHoleOfEachEngine(int paths, int engines) {
        try (MultipathPair pair = pair(PathSpray.ADAPTIVE, paths, engines)) {
            for (int i = 0; i < engines; i++) {
                pair.forth.get(i).paths[i].dead = true;
            }
            pair.run(100 * RTT_NS);
            for (int i = 0; i < engines; i++) {
                for (int path = 0; path < paths; path++) {
                    PathState expected = path == i ? ASSUMED_BAD : GOOD;
                    assertEquals(expected, pair.left.pathStates(pair.peer, i).get(path), pair.figures());
                }
                pair.forth.get(i).paths[i].dead = false;
            }
            for (int i = 0; i < engines; i++) {
                int engine = i;
                long backNs =
                        pair.until(() -> pair.left.pathStates(pair.peer, engine).get(engine) == GOOD, BACK_WITHIN_NS);
                assertTrue(backNs >= 0, pair::figures);
            }
            assertTrue(pair.drain(DRAIN_NS) >= 0, pair::figures);
        }
    }

    @ParameterizedTest
    @CsvSource({"ADAPTIVE, 16", "ADAPTIVE, 256", "OBLIVIOUS, 64"})
    void shouldUseNoDeniedPathWhileTrafficRuns(PathSpray spray, int paths) {
        try (MultipathPair pair = pair(spray, paths, 2)) {
            for (int i = 0; i < paths; i++) {
                if (i != 9) {
                    pair.left.denyPath(pair.peer, Tunables.ENTROPY_BASE + i);
                }
            }
            // What was written before may still wait for the port.
            pair.run(2 * RTT_NS);
            pair.mark();
            pair.run(100 * RTT_NS);
            for (int i = 0; i < paths; i++) {
                assertEquals(i == 9, pair.path(i).sent > 0, pair.figures());
                assertEquals(i == 9, pair.state(i) != DENIED, pair.figures());
            }
            pair.left.permitPath(pair.peer, Tunables.ENTROPY_BASE);
            pair.run(100 * RTT_NS);
            assertTrue(pair.path(0).sent > 0, pair::figures);
            assertEquals(paths - 2, pair.inState(DENIED), pair.figures());
            assertTrue(pair.drain(DRAIN_NS) >= 0, pair::figures);
        }
    }
}
