package io.heliograph.transport.path;

import static io.heliograph.transport.path.MultipathModel.RTT_NS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the adaptive policy fares against dead, slow, lossy, crowded and flapping paths, in virtual time; bounds are in round trips. */
final class MultipathTest {
    private static final long GAP_NS = 500;
    private static final long MS = 1_000_000;
    /** From the first packet into a hole until its path gets no data: RACK's round trip and a quarter, and a little. */
    private static final long LEFT_WITHIN_NS = 2 * RTT_NS;
    /** Until it is assumed bad: three probes with timeouts of two, four and eight round trips, a little more when round trips vary. */
    private static final long BAD_WITHIN_NS = LEFT_WITHIN_NS + 18 * RTT_NS;
    /** From a path's return until it is used: the greatest probe interval and a round trip. */
    private static final long BACK_WITHIN_NS = PathTimers.MAX_PROBE_INTERVAL_NS + 2 * RTT_NS;

    private static String figures(TestInfo test, MultipathModel model, long seed) {
        return String.format(
                Locale.ROOT,
                "%s: seed=%d paths=%d sent=%d lost=%d retransmitted=%d probes=%d timesBad=%d",
                test.getDisplayName(),
                seed,
                model.paths.length,
                model.sent(),
                model.lost(),
                model.retransmitted,
                model.probesSent,
                model.timesBad());
    }

    /** The longest that a path waits for its turn. */
    private static long roundNs(MultipathModel model) {
        return model.paths.length * model.gapNs;
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "16, 2", "64, 3", "64, 4", "100, 5", "256, 6", "256, 7"})
    void shouldLeaveABlackHoleWithinRoundTripsAndLoseNothing(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        model.run(100 * RTT_NS);
        int victim = (int) seed % paths;
        MultipathModel.Path hole = model.paths[victim];
        model.mark();
        hole.dead = true;
        long diedNs = model.nowNs;
        model.run(200 * RTT_NS);
        String figures = figures(test, model, seed)
                + String.format(
                        Locale.ROOT,
                        " lastDataRtts=%.2f badRtts=%.2f",
                        (double) (hole.lastSentNs - diedNs) / RTT_NS,
                        (double) (hole.badNs - diedNs) / RTT_NS);
        assertTrue(hole.lastSentNs - diedNs <= roundNs(model) + LEFT_WITHIN_NS, figures);
        assertEquals(1, hole.timesBad, figures);
        assertTrue(hole.badNs - diedNs <= roundNs(model) + BAD_WITHIN_NS, figures);
        assertEquals(1, model.timesBad(), figures);
        assertTrue(model.retransmitted <= hole.lost, figures);
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 1", "64, 2", "256, 3"})
    void shouldLoseForeverToABlackHoleWhenOblivious(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.oblivious(paths, GAP_NS, seed);
        model.paths[3].dead = true;
        model.run(200 * RTT_NS);
        assertEquals(1, model.share(3), 0.1, figures(test, model, seed));
        assertTrue(model.drain(1000 * RTT_NS), figures(test, model, seed));
    }

    @ParameterizedTest
    @CsvSource({"16, 5, 11", "64, 5, 12", "256, 20, 13", "16, 700, 14"})
    void shouldUseAPathAgainWhenItReturns(int paths, long deadMs, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, 4 * GAP_NS, seed);
        model.run(100 * RTT_NS);
        MultipathModel.Path path = model.paths[5];
        path.dead = true;
        model.run(deadMs * MS);
        assertEquals(PathState.ASSUMED_BAD, path.state);
        assertTrue(model.probesSent <= 16 + deadMs * 8 / (7 * 250), "probes=" + model.probesSent);
        path.dead = false;
        long returnedNs = model.nowNs;
        model.run(BACK_WITHIN_NS);
        String figures = figures(test, model, seed)
                + String.format(Locale.ROOT, " backMs=%.3f", (double) (path.goodNs - returnedNs) / MS);
        assertEquals(PathState.GOOD, path.state, figures);
        // An interval is at most twice the time that the path had been dead.
        assertTrue(path.goodNs - returnedNs <= Math.min(BACK_WITHIN_NS, 2 * deadMs * MS), figures);
        model.mark();
        model.run(100 * RTT_NS);
        assertEquals(1, model.share(5), 0.1, figures);
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 21", "64, 22", "256, 23"})
    void shouldMoveToTheOtherHalfWhenOneHalfDies(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        model.run(100 * RTT_NS);
        model.mark();
        for (int i = 0; i < paths; i += 2) {
            model.paths[i].dead = true;
        }
        long diedNs = model.nowNs;
        model.run(200 * RTT_NS);
        long lastSentNs = diedNs;
        for (int i = 0; i < paths; i += 2) {
            assertEquals(PathState.ASSUMED_BAD, model.paths[i].state);
            lastSentNs = Math.max(lastSentNs, model.paths[i].lastSentNs);
        }
        String figures = figures(test, model, seed)
                + String.format(Locale.ROOT, " lastDataRtts=%.2f", (double) (lastSentNs - diedNs) / RTT_NS);
        assertTrue(lastSentNs - diedNs <= 2 * roundNs(model) + BAD_WITHIN_NS, figures);
        assertEquals(paths / 2, model.timesBad(), figures);
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 2, 31", "64, 30, 32", "256, 500, 33"})
    void shouldGoOnWhenAllPathsDieAndReturn(int paths, long deadMs, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, 4 * GAP_NS, seed);
        model.run(100 * RTT_NS);
        for (MultipathModel.Path path : model.paths) {
            path.dead = true;
        }
        model.run(deadMs * MS);
        for (MultipathModel.Path path : model.paths) {
            path.dead = false;
        }
        model.mark();
        long returnedNs = model.nowNs;
        model.run(BACK_WITHIN_NS);
        assertTrue(model.delivered > 10_000, figures(test, model, seed));
        for (MultipathModel.Path path : model.paths) {
            assertEquals(PathState.GOOD, path.state, figures(test, model, seed));
            assertTrue(path.goodNs <= returnedNs + BACK_WITHIN_NS);
        }
        assertTrue(model.drain(100 * RTT_NS), figures(test, model, seed));
    }

    @ParameterizedTest
    @CsvSource({"16, 10, 41", "64, 30, 42"})
    void shouldLoseLittleToAFlappingPath(int paths, long flapMs, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, 4 * GAP_NS, seed);
        MultipathModel oblivious = MultipathModel.oblivious(paths, 4 * GAP_NS, seed);
        model.paths[1].flapNs = flapMs * MS;
        oblivious.paths[1].flapNs = flapMs * MS;
        model.run(1_000 * MS);
        oblivious.run(1_000 * MS);
        String figures = figures(test, model, seed) + " obliviousLost=" + oblivious.lost();
        assertTrue(model.lost() < oblivious.lost() / 50, figures);
        assertTrue(model.paths[1].timesBad >= 1, figures);
        model.paths[1].flapNs = 0;
        model.run(BACK_WITHIN_NS);
        assertEquals(PathState.GOOD, model.paths[1].state, figures);
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 2, 51", "16, 5, 52", "64, 3, 53", "256, 5, 54"})
    void shouldNotCondemnAPathThatIsMerelySlow(int paths, int times, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        model.paths[7].forthNs = times * RTT_NS - RTT_NS / 2;
        model.run(400 * RTT_NS);
        String figures = figures(test, model, seed) + String.format(Locale.ROOT, " share=%.2f", model.share(7));
        assertEquals(0, model.timesBad(), figures);
        assertTrue(model.share(7) > 0 && model.share(7) <= 1.05, figures);
        // Fast, and slow again all at once.
        model.paths[7].forthNs = RTT_NS / 2;
        model.run(200 * RTT_NS);
        model.mark();
        model.run(100 * RTT_NS);
        assertEquals(1, model.share(7), 0.1, figures);
        model.paths[7].forthNs = times * RTT_NS - RTT_NS / 2;
        model.run(500 * RTT_NS);
        assertEquals(0, model.timesBad(), figures(test, model, seed));
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 500, 61", "64, 500, 62", "256, 500, 63", "16, 100000, 64"})
    void shouldNotCondemnForRandomLossEverywhere(int paths, long gapNs, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, gapNs, seed);
        model.backLoss = 0.01;
        for (MultipathModel.Path path : model.paths) {
            path.loss = 0.01;
        }
        model.run(300_000 * gapNs);
        assertEquals(0, model.timesBad(), figures(test, model, seed));
        assertEquals(0.01, (double) model.lost() / model.sent(), 0.001, figures(test, model, seed));
        for (int i = 0; i < paths; i++) {
            assertEquals(1, model.share(i), 0.15, figures(test, model, seed));
        }
        assertTrue(model.drain(1000 * RTT_NS), figures(test, model, seed));
    }

    @ParameterizedTest
    @CsvSource({"16, 71", "64, 72", "256, 73"})
    void shouldLeaveAPathThatLosesFarMoreThanTheOthers(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        MultipathModel oblivious = MultipathModel.oblivious(paths, GAP_NS, seed);
        model.paths[2].loss = 0.3;
        oblivious.paths[2].loss = 0.3;
        model.run(1_000 * RTT_NS);
        oblivious.run(1_000 * RTT_NS);
        String figures = figures(test, model, seed) + " obliviousLost=" + oblivious.lost();
        assertTrue(model.lost() < oblivious.lost() / 5, figures);
        assertEquals(model.timesBad(), model.paths[2].timesBad, figures);
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 81", "64, 82", "256, 83"})
    void shouldGiveACrowdedPathLessButNotLeaveIt(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        model.paths[4].trim = 0.5;
        model.run(500 * RTT_NS);
        String figures = figures(test, model, seed) + String.format(Locale.ROOT, " share=%.2f", model.share(4));
        assertEquals(0.66, model.share(4), 0.1, figures);
        assertEquals(0, model.probesSent, figures);
        model.paths[4].trim = 0;
        model.run(2 * roundNs(model) + 2 * RTT_NS);
        model.mark();
        model.run(100 * RTT_NS);
        assertEquals(1, model.share(4), 0.1, figures);
    }

    @ParameterizedTest
    @ValueSource(longs = {91, 92, 93})
    void shouldNotCrowdTheLuckyFewWhenEveryPathLosesAlike(long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(16, 10 * GAP_NS, seed);
        model.run(100 * RTT_NS);
        model.mark();
        for (MultipathModel.Path path : model.paths) {
            path.loss = 0.5;
        }
        model.run(20 * RTT_NS);
        String figures = figures(test, model, seed);
        for (int i = 0; i < 16; i++) {
            assertTrue(model.share(i) < 3, figures + " share=" + model.share(i));
        }
        for (MultipathModel.Path path : model.paths) {
            path.loss = 0;
        }
        model.run(200 * RTT_NS);
        for (MultipathModel.Path path : model.paths) {
            assertNotEquals(PathState.SUSPECTED, path.state, figures);
        }
        assertTrue(model.drain(100 * RTT_NS), figures);
    }

    @ParameterizedTest
    @CsvSource({"16, 101", "256, 102"})
    void shouldNeverUseADeniedPathWhateverHappensToTheOthers(int paths, long seed, TestInfo test) {
        MultipathModel model = MultipathModel.adaptive(paths, GAP_NS, seed);
        for (int i = 0; i < paths / 4; i++) {
            model.policy.deny(MultipathModel.entropy(i));
        }
        model.run(20 * RTT_NS);
        for (MultipathModel.Path path : model.paths) {
            path.dead = true;
        }
        model.run(500 * RTT_NS);
        for (int i = 0; i < paths / 4; i++) {
            assertEquals(0, model.paths[i].sent, figures(test, model, seed));
        }
        for (MultipathModel.Path path : model.paths) {
            path.dead = false;
        }
        model.policy.permit(MultipathModel.entropy(0));
        model.run(BACK_WITHIN_NS);
        assertTrue(model.paths[0].sent > 0, figures(test, model, seed));
    }
}
