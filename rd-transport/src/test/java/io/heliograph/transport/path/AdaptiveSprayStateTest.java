package io.heliograph.transport.path;

import static io.heliograph.transport.path.PathState.ASSUMED_BAD;
import static io.heliograph.transport.path.PathState.GOOD;
import static io.heliograph.transport.path.PathState.SKIPPED;
import static io.heliograph.transport.path.PathState.SUSPECTED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every event in every state of a path of the adaptive policy, as PROTOCOL.md has them under R11; and the timers and turns between them. */
final class AdaptiveSprayStateTest {
    private static final int FIRST = 0xC000;
    private static final int PATH = FIRST + 5;
    private static final int PATHS = 16;
    private static final long RTT_NS = 1_000_000;
    /** Twice the round trip, which does not vary here. */
    private static final long TIMEOUT_NS = 2 * RTT_NS;

    private final AdaptiveSpray spray = new AdaptiveSpray(FIRST, PATHS, new SeededRandom(1));
    private long nowNs = -5 * RTT_NS;
    /** When the packet was sent whose loss or timeout made the state. */
    private long diedNs = Long.MIN_VALUE;

    enum Event {
        ACKNOWLEDGED_SENT_LATER,
        ACKNOWLEDGED_SENT_BEFORE,
        TRIMMED,
        LOST_NOTHING_LATER_ARRIVED,
        LOST_SOMETHING_LATER_ARRIVED,
        LOST_FAR_MORE_THAN_OTHERS,
        TIMED_OUT_NOTHING_LATER_ARRIVED,
        TIMED_OUT_SOMETHING_LATER_ARRIVED,
        PROBE_ANSWERED,
        OTHER_PROBE_ANSWERED,
        THREE_PROBES_UNANSWERED,
        ROUND,
        DENY,
        PERMIT
    }

    private void warmUp() {
        for (int i = 0; i < 30 * PATHS; i++) {
            nowNs += RTT_NS;
            spray.acknowledged(FIRST + i % PATHS, nowNs - RTT_NS, nowNs);
        }
    }

    private void enter(PathState state) {
        warmUp();
        nowNs += RTT_NS;
        switch (state) {
            case GOOD -> {}
            case SKIPPED -> spray.trimmed(PATH, nowNs);
            case SUSPECTED -> {
                diedNs = nowNs - RTT_NS;
                spray.lost(PATH, diedNs, nowNs);
            }
            case ASSUMED_BAD -> {
                diedNs = nowNs - RTT_NS;
                spray.timedOut(PATH, diedNs, nowNs);
                letProbesExpire();
            }
            case DENIED -> spray.deny(PATH);
        }
        assertEquals(state, spray.state(PATH));
    }

    private int takeProbeInTime() {
        nowNs = Math.max(nowNs, spray.nextDeadlineNs());
        return spray.takeProbe(nowNs);
    }

    /** Three are sent; at the timeout of the last one, no fourth. */
    private void letProbesExpire() {
        for (int i = 0; i < PathTimers.SUSPICION_PROBES; i++) {
            int nonce = takeProbeInTime();
            assertEquals(PATH, PathPolicy.probeEntropy(nonce));
            assertEquals(TIMEOUT_NS << i, spray.nextDeadlineNs() - nowNs);
            assertEquals(PathPolicy.NO_PROBE, spray.takeProbe(nowNs));
        }
        diedNs = nowNs;
        assertEquals(PathPolicy.NO_PROBE, takeProbeInTime());
    }

    private void happen(Event event) {
        nowNs += RTT_NS;
        switch (event) {
            case ACKNOWLEDGED_SENT_LATER -> spray.acknowledged(PATH, nowNs - RTT_NS / 2, nowNs);
            case ACKNOWLEDGED_SENT_BEFORE ->
                spray.acknowledged(PATH, diedNs == Long.MIN_VALUE ? nowNs - RTT_NS : diedNs - 1, nowNs);
            case TRIMMED -> spray.trimmed(PATH, nowNs);
            case LOST_NOTHING_LATER_ARRIVED -> spray.lost(PATH, nowNs - RTT_NS, nowNs);
            case LOST_SOMETHING_LATER_ARRIVED -> spray.lost(PATH, -1_000 * RTT_NS, nowNs);
            case LOST_FAR_MORE_THAN_OTHERS -> {
                for (int i = 0; i < 12; i++) {
                    spray.lost(PATH, -1_000 * RTT_NS, nowNs);
                }
            }
            case TIMED_OUT_NOTHING_LATER_ARRIVED -> spray.timedOut(PATH, nowNs - RTT_NS, nowNs);
            case TIMED_OUT_SOMETHING_LATER_ARRIVED -> spray.timedOut(PATH, -1_000 * RTT_NS, nowNs);
            case PROBE_ANSWERED -> {
                int nonce = spray.nextDeadlineNs() == Long.MAX_VALUE ? 0x10000 | PATH : takeProbeInTime();
                nowNs += RTT_NS;
                assertEquals(diedNs != Long.MIN_VALUE, spray.probeAnswered(nonce, nowNs));
                assertFalse(spray.probeAnswered(nonce, nowNs));
            }
            case OTHER_PROBE_ANSWERED -> {
                int nonce = spray.nextDeadlineNs() == Long.MAX_VALUE ? PATH : takeProbeInTime();
                assertFalse(spray.probeAnswered(nonce ^ 0x10000, nowNs));
                assertFalse(spray.probeAnswered(nonce & 0xffff, nowNs));
            }
            case THREE_PROBES_UNANSWERED -> {
                for (int i = 0; i <= PathTimers.SUSPICION_PROBES && spray.nextDeadlineNs() != Long.MAX_VALUE; i++) {
                    takeProbeInTime();
                }
            }
            case ROUND -> {
                for (int i = 0; i < PATHS; i++) {
                    spray.nextEntropy(nowNs);
                }
            }
            case DENY -> spray.deny(PATH);
            case PERMIT -> spray.permit(PATH);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GOOD, ACKNOWLEDGED_SENT_LATER, GOOD",
        "GOOD, ACKNOWLEDGED_SENT_BEFORE, GOOD",
        "GOOD, TRIMMED, SKIPPED",
        "GOOD, LOST_NOTHING_LATER_ARRIVED, SUSPECTED",
        "GOOD, LOST_SOMETHING_LATER_ARRIVED, GOOD",
        "GOOD, LOST_FAR_MORE_THAN_OTHERS, ASSUMED_BAD",
        "GOOD, TIMED_OUT_NOTHING_LATER_ARRIVED, SUSPECTED",
        "GOOD, TIMED_OUT_SOMETHING_LATER_ARRIVED, GOOD",
        "GOOD, PROBE_ANSWERED, GOOD",
        "GOOD, OTHER_PROBE_ANSWERED, GOOD",
        "GOOD, THREE_PROBES_UNANSWERED, GOOD",
        "GOOD, ROUND, GOOD",
        "GOOD, DENY, DENIED",
        "GOOD, PERMIT, GOOD",
        "SKIPPED, ACKNOWLEDGED_SENT_LATER, SKIPPED",
        "SKIPPED, ACKNOWLEDGED_SENT_BEFORE, SKIPPED",
        "SKIPPED, TRIMMED, SKIPPED",
        "SKIPPED, LOST_NOTHING_LATER_ARRIVED, SUSPECTED",
        "SKIPPED, LOST_SOMETHING_LATER_ARRIVED, SKIPPED",
        "SKIPPED, LOST_FAR_MORE_THAN_OTHERS, ASSUMED_BAD",
        "SKIPPED, TIMED_OUT_NOTHING_LATER_ARRIVED, SUSPECTED",
        "SKIPPED, TIMED_OUT_SOMETHING_LATER_ARRIVED, SKIPPED",
        "SKIPPED, PROBE_ANSWERED, SKIPPED",
        "SKIPPED, OTHER_PROBE_ANSWERED, SKIPPED",
        "SKIPPED, THREE_PROBES_UNANSWERED, SKIPPED",
        "SKIPPED, ROUND, GOOD",
        "SKIPPED, DENY, DENIED",
        "SKIPPED, PERMIT, SKIPPED",
        "SUSPECTED, ACKNOWLEDGED_SENT_LATER, GOOD",
        "SUSPECTED, ACKNOWLEDGED_SENT_BEFORE, SUSPECTED",
        "SUSPECTED, TRIMMED, SUSPECTED",
        "SUSPECTED, LOST_NOTHING_LATER_ARRIVED, SUSPECTED",
        "SUSPECTED, LOST_SOMETHING_LATER_ARRIVED, SUSPECTED",
        "SUSPECTED, LOST_FAR_MORE_THAN_OTHERS, SUSPECTED",
        "SUSPECTED, TIMED_OUT_NOTHING_LATER_ARRIVED, SUSPECTED",
        "SUSPECTED, TIMED_OUT_SOMETHING_LATER_ARRIVED, SUSPECTED",
        "SUSPECTED, PROBE_ANSWERED, GOOD",
        "SUSPECTED, OTHER_PROBE_ANSWERED, SUSPECTED",
        "SUSPECTED, THREE_PROBES_UNANSWERED, ASSUMED_BAD",
        "SUSPECTED, ROUND, SUSPECTED",
        "SUSPECTED, DENY, DENIED",
        "SUSPECTED, PERMIT, SUSPECTED",
        "ASSUMED_BAD, ACKNOWLEDGED_SENT_LATER, GOOD",
        "ASSUMED_BAD, ACKNOWLEDGED_SENT_BEFORE, ASSUMED_BAD",
        "ASSUMED_BAD, TRIMMED, ASSUMED_BAD",
        "ASSUMED_BAD, LOST_NOTHING_LATER_ARRIVED, ASSUMED_BAD",
        "ASSUMED_BAD, LOST_SOMETHING_LATER_ARRIVED, ASSUMED_BAD",
        "ASSUMED_BAD, LOST_FAR_MORE_THAN_OTHERS, ASSUMED_BAD",
        "ASSUMED_BAD, TIMED_OUT_NOTHING_LATER_ARRIVED, ASSUMED_BAD",
        "ASSUMED_BAD, TIMED_OUT_SOMETHING_LATER_ARRIVED, ASSUMED_BAD",
        "ASSUMED_BAD, PROBE_ANSWERED, GOOD",
        "ASSUMED_BAD, OTHER_PROBE_ANSWERED, ASSUMED_BAD",
        "ASSUMED_BAD, THREE_PROBES_UNANSWERED, ASSUMED_BAD",
        "ASSUMED_BAD, ROUND, ASSUMED_BAD",
        "ASSUMED_BAD, DENY, DENIED",
        "ASSUMED_BAD, PERMIT, ASSUMED_BAD",
        "DENIED, ACKNOWLEDGED_SENT_LATER, DENIED",
        "DENIED, ACKNOWLEDGED_SENT_BEFORE, DENIED",
        "DENIED, TRIMMED, DENIED",
        "DENIED, LOST_NOTHING_LATER_ARRIVED, DENIED",
        "DENIED, LOST_SOMETHING_LATER_ARRIVED, DENIED",
        "DENIED, LOST_FAR_MORE_THAN_OTHERS, DENIED",
        "DENIED, TIMED_OUT_NOTHING_LATER_ARRIVED, DENIED",
        "DENIED, TIMED_OUT_SOMETHING_LATER_ARRIVED, DENIED",
        "DENIED, PROBE_ANSWERED, DENIED",
        "DENIED, OTHER_PROBE_ANSWERED, DENIED",
        "DENIED, THREE_PROBES_UNANSWERED, DENIED",
        "DENIED, ROUND, DENIED",
        "DENIED, DENY, DENIED",
        "DENIED, PERMIT, GOOD",
    })
    void shouldGoToTheNextState(PathState before, Event event, PathState after) {
        enter(before);
        happen(event);
        assertEquals(after, spray.state(PATH));
        int turns = 0;
        for (int i = 0; i < 4 * PATHS; i++) {
            turns += spray.nextEntropy(nowNs) == PATH ? 1 : 0;
        }
        // One path of 16 that is passed over shortens the rounds of the others.
        boolean inRound = after == GOOD || after == SKIPPED;
        assertTrue(inRound ? turns >= 2 && turns <= 5 : turns == 0, "turns=" + turns);
        boolean probed = after == SUSPECTED || after == ASSUMED_BAD;
        assertEquals(probed, spray.nextDeadlineNs() != Long.MAX_VALUE);
    }

    @Test
    void shouldTestEveryEventInEveryState() throws NoSuchMethodException {
        CsvSource table = AdaptiveSprayStateTest.class
                .getDeclaredMethod("shouldGoToTheNextState", PathState.class, Event.class, PathState.class)
                .getAnnotation(CsvSource.class);
        int rows = 0;
        for (PathState state : PathState.values()) {
            for (Event event : Event.values()) {
                String row = state + ", " + event + ", ";
                for (String value : table.value()) {
                    rows += value.startsWith(row) ? 1 : 0;
                }
            }
        }
        assertEquals(PathState.values().length * Event.values().length, rows);
        assertEquals(rows, table.value().length);
    }

    @Test
    void shouldPassOverATurnForEachNoticeUpToFifteen() {
        warmUp();
        for (int i = 0; i < 40; i++) {
            spray.trimmed(PATH, nowNs);
        }
        int others = 0;
        while (spray.nextEntropy(nowNs) != PATH) {
            others++;
        }
        assertEquals(PathTimers.MAX_SKIP_TURNS, others / (PATHS - 1), "others=" + others);
        assertEquals(GOOD, spray.state(PATH));
    }

    @Test
    void shouldPassOverNobodyWhenAllAreSkipped() {
        warmUp();
        for (int i = 0; i < PATHS; i++) {
            spray.trimmed(FIRST + i, nowNs);
            spray.trimmed(FIRST + i, nowNs);
        }
        boolean[] taken = new boolean[PATHS];
        for (int i = 0; i < PATHS; i++) {
            taken[spray.nextEntropy(nowNs) - FIRST] = true;
        }
        for (boolean one : taken) {
            assertTrue(one);
        }
    }

    @Test
    void shouldProbeABadPathAtGrowingIntervals() {
        enter(ASSUMED_BAD);
        long intervalNs = PathTimers.FIRST_INTERVAL_TIMEOUTS * TIMEOUT_NS;
        assertInterval(intervalNs);
        takeProbeInTime();
        for (int i = 0; i < 10; i++) {
            assertInterval(intervalNs);
            assertNotEquals(PathPolicy.NO_PROBE, takeProbeInTime());
            intervalNs = Math.min(2 * intervalNs, PathTimers.MAX_PROBE_INTERVAL_NS);
        }
        assertEquals(PathTimers.MAX_PROBE_INTERVAL_NS, intervalNs);
    }

    private void assertInterval(long intervalNs) {
        long waitNs = spray.nextDeadlineNs() - nowNs;
        assertTrue(waitNs <= intervalNs && waitNs >= intervalNs - intervalNs / 8, waitNs + " of " + intervalNs);
    }

    @Test
    void shouldRememberForAWhileThatAPathFlaps() {
        enter(ASSUMED_BAD);
        long intervalNs = PathTimers.FIRST_INTERVAL_TIMEOUTS * TIMEOUT_NS;
        for (int i = 0; i < 3; i++) {
            happen(Event.PROBE_ANSWERED);
            nowNs += RTT_NS;
            spray.lost(PATH, nowNs - RTT_NS / 2, nowNs);
            letProbesExpire();
            intervalNs = Math.min(2 * intervalNs, PathTimers.MAX_PROBE_INTERVAL_NS);
            assertInterval(intervalNs);
        }
        happen(Event.PROBE_ANSWERED);
        nowNs += PathTimers.FLAP_MEMORY_NS;
        spray.lost(PATH, nowNs - RTT_NS / 2, nowNs);
        letProbesExpire();
        assertInterval(PathTimers.FIRST_INTERVAL_TIMEOUTS * TIMEOUT_NS);
    }

    @Test
    void shouldTakeAnAnswerForNoProofOfWhatDiedLater() {
        enter(SUSPECTED);
        int nonce = takeProbeInTime();
        nowNs += RTT_NS;
        spray.timedOut(PATH, nowNs - 1, nowNs);
        assertTrue(spray.probeAnswered(nonce, nowNs));
        assertEquals(SUSPECTED, spray.state(PATH));
        // The answered probe does not count among those that were not.
        letProbesExpire();
        assertEquals(ASSUMED_BAD, spray.state(PATH));
    }

    @Test
    void shouldUseSuspectedPathsWhileTheyAreTheMajority() {
        warmUp();
        nowNs += RTT_NS;
        for (int i = 0; i < 8; i++) {
            spray.lost(FIRST + i, nowNs - RTT_NS / 2, nowNs);
        }
        for (int i = 0; i < PATHS; i++) {
            assertEquals(GOOD, spray.state(spray.nextEntropy(nowNs)));
        }
        spray.lost(FIRST + 8, nowNs - RTT_NS / 2, nowNs);
        int suspected = 0;
        for (int i = 0; i < PATHS; i++) {
            suspected += spray.state(spray.nextEntropy(nowNs)) == SUSPECTED ? 1 : 0;
        }
        assertEquals(9, suspected);
    }

    @Test
    void shouldUseBadPathsInTurnWhenNothingElseIsLeft() {
        warmUp();
        nowNs += RTT_NS;
        for (int i = 1; i < PATHS; i++) {
            spray.timedOut(FIRST + i, nowNs - RTT_NS / 2, nowNs);
        }
        spray.deny(FIRST);
        while (spray.state(FIRST + 1) == SUSPECTED) {
            takeProbeInTime();
        }
        boolean[] taken = new boolean[PATHS];
        for (int i = 1; i < PATHS; i++) {
            assertEquals(ASSUMED_BAD, spray.state(FIRST + i));
            taken[spray.nextEntropy(nowNs) - FIRST] = true;
        }
        for (int i = 0; i < PATHS; i++) {
            assertEquals(i != 0, taken[i]);
        }
        // Their packets are probes as well.
        nowNs += RTT_NS;
        spray.acknowledged(FIRST + 7, nowNs - RTT_NS / 2, nowNs);
        assertEquals(GOOD, spray.state(FIRST + 7));
        assertEquals(FIRST + 7, spray.nextEntropy(nowNs));
        assertEquals(FIRST + 7, spray.nextEntropy(nowNs));
    }

    @Test
    void shouldMeasureTheRoundTripOfEachPathAndPassOverASlowOne() {
        assertEquals(0, spray.smoothedRttNs(PATH));
        warmUp();
        assertEquals(RTT_NS, spray.smoothedRttNs(PATH));
        nowNs += 10 * RTT_NS;
        spray.acknowledged(PATH, nowNs - 10 * RTT_NS, nowNs);
        assertEquals(RTT_NS + 9 * RTT_NS / 8, spray.smoothedRttNs(PATH));
        for (int i = 0; i < 10; i++) {
            warmUp();
            spray.acknowledged(PATH, nowNs - 100 * RTT_NS, nowNs);
        }
        assertEquals(SKIPPED, spray.state(PATH));
    }
}
