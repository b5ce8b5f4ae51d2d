package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Who is to blame when a rank waits too long: the one waited for is asked whom it waits for itself, then that one, until one does not answer or waits for nobody.
 *
 * <p>A rank that waits answers at once, for it is turning; one that hangs, is stopped, or computes something else does not.
 */
final class Suspicion {
    private static final int NOBODY = -1;
    /** Part of the timeout that an answer may take. */
    private static final int TIMEOUT_TO_ANSWER = 4;
    /** A rank that is waited for is asked that often, only so that the transport has something to deliver and notices if it is gone. */
    private static final long POKE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How often a rank that answers, but waits for nobody, gets the timeout again. */
    private static final int MOST_REPRIEVES = 3;

    private final Failures failures;
    private final Members members;
    private final long timeoutNs;

    private int waitsFor = NOBODY;
    private long sinceNs;
    private int suspect = NOBODY;
    private long askedNs;
    private long pokedNs;
    private int asked;
    private int reprieves;
    // The last answer, until it is settled what to do about it.
    private int answerFrom = NOBODY;
    private int answer;
    /** Ranks that asked, and whom an answer is due to. */
    private final boolean[] answerDue;

    private boolean anyAnswerDue;

    Suspicion(Failures failures, Members members, long timeoutNs) {
        this.failures = failures;
        this.members = members;
        this.timeoutNs = timeoutNs;
        answerDue = new boolean[members.size()];
    }

    /** Something moved. */
    void calm() {
        waitsFor = NOBODY;
        suspect = NOBODY;
        reprieves = 0;
    }

    /** Still waiting for a rank. */
    void look(int rank, long nowNs) {
        if (rank != waitsFor) {
            waitsFor = rank;
            sinceNs = nowNs;
            pokedNs = nowNs;
            suspect = NOBODY;
        } else if (suspect == NOBODY) {
            if (nowNs - sinceNs >= timeoutNs) {
                asked = 0;
                ask(rank, nowNs);
            } else if (nowNs - pokedNs >= POKE_NS) {
                pokedNs = nowNs;
                failures.send(rank, Immediate.QUESTION, 0);
            }
        } else if (nowNs - askedNs >= timeoutNs / TIMEOUT_TO_ANSWER) {
            failures.fail(
                    suspect,
                    "rank " + suspect + " does not answer: " + failures.describe() + " waited "
                            + (nowNs - sinceNs) / 1_000_000 + " ms for rank " + waitsFor);
        }
    }

    private void ask(int rank, long nowNs) {
        suspect = rank;
        askedNs = nowNs;
        asked++;
        failures.send(rank, Immediate.QUESTION, 0);
    }

    void onQuestion(int rank) {
        answerDue[rank] = true;
        anyAnswerDue = true;
    }

    void onAnswer(int rank, int waitsForRank) {
        answerFrom = rank;
        answer = waitsForRank;
    }

    /**
     * Does what questions and answers call for; not from within a completion.
     *
     * @param waitsForNow the rank that this one waits for; negative if it does not
     */
    void settle(Clock clock, int waitsForNow) {
        if (answerFrom != NOBODY) {
            int from = answerFrom;
            answerFrom = NOBODY;
            if (from == suspect && waitsFor != NOBODY) {
                follow(from, answer, clock.nowNs());
            }
        }
        if (anyAnswerDue) {
            answerAll(waitsForNow < 0 ? members.rank() : waitsForNow);
        }
    }

    private void follow(int rank, int waitsForRank, long nowNs) {
        if (waitsForRank == members.rank() || asked > members.size()) {
            failures.fail(
                    CollectiveException.UNKNOWN_RANK,
                    "ranks wait for each other: " + failures.describe() + " for rank " + waitsFor + ", and "
                            + failures.describe(rank) + " for rank " + waitsForRank
                            + "; do all call the same collectives in the same order?");
        } else if (waitsForRank == rank && reprieves < MOST_REPRIEVES) {
            // It is in the middle of something, which may be this very collective.
            reprieves++;
            sinceNs = nowNs;
            suspect = NOBODY;
        } else if (waitsForRank == rank || waitsForRank >= members.size()) {
            failures.fail(
                    rank,
                    "rank " + rank + " takes no part, though it answers: " + failures.describe() + " waited "
                            + MOST_REPRIEVES + " times " + timeoutNs / 1_000_000 + " ms for rank " + waitsFor);
        } else {
            ask(waitsForRank, nowNs);
        }
    }

    private void answerAll(int waitsForNow) {
        anyAnswerDue = false;
        for (int rank = 0; rank < answerDue.length; rank++) {
            if (answerDue[rank]) {
                answerDue[rank] = false;
                failures.answer(rank, waitsForNow);
            }
        }
    }
}
