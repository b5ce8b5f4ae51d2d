package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the communicator failed, and why. The first reason counts; who finds one tells all others, which fail for the same.
 */
final class Failures implements Channels.Listener {
    /** How long to see to it that others hear of a failure, or that this rank leaves. */
    private static final long LAST_WORDS_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Turns in which it may come to light that a rank which is lost, or another, told why. */
    private static final int TURNS_AFTER_LOSS = 3;

    private final Members members;
    private final Clock clock;
    private final Supplier<String> trouble;
    private final Suspicion suspicion;
    private final boolean[] left;
    private final boolean[] lost;
    /** By rank: the transport says that it is not there any more. */
    private final boolean[] gone;
    /** Whose acknowledgements matter to nobody when this rank leaves. */
    private final boolean[] unheard;

    private @Nullable Channels channels;
    private @Nullable Runnable turn;
    private Supplier<String> call = () -> "";
    private @Nullable CollectiveException failure;
    private boolean told;
    private boolean isHeard;
    private boolean saidGoodbye;
    // A rank that was lost, until it is clear that it said nothing before.
    private int lostRank = CollectiveException.UNKNOWN_RANK;
    private int lostStatus;
    private int lostTurns;

    /**
     * None yet.
     *
     * @param isShared whether others get what was posted without duty cycles of this rank
     * @param trouble what the transport knows of why nothing moves, for people; empty if nothing
     */
    Failures(Members members, Clock clock, long timeoutNs, boolean isShared, Supplier<String> trouble) {
        this.members = members;
        this.clock = clock;
        this.trouble = trouble;
        suspicion = new Suspicion(this, members, timeoutNs);
        left = new boolean[members.size()];
        lost = new boolean[members.size()];
        gone = new boolean[members.size()];
        unheard = isShared ? left : new boolean[members.size()];
    }

    /**
     * What to tell others by.
     *
     * @param work goes on with all communicators over the endpoint
     * @param newCall says which call this rank is in
     */
    void connect(Channels newChannels, Runnable work, Supplier<String> newCall) {
        channels = newChannels;
        turn = work;
        call = newCall;
    }

    Suspicion suspicion() {
        return suspicion;
    }

    boolean any() {
        return failure != null;
    }

    /** Throws if the communicator failed. */
    void check() {
        if (failure != null) {
            tell();
            if (channels != null) {
                channels.offers().withdraw();
            }
            throw exception(failure);
        }
    }

    /** Throws if the communicator failed, and the caller did not hear of it. */
    void checkLast() {
        if (failure != null && !isHeard) {
            throw exception(failure);
        }
    }

    /** The caller knows. */
    void heard() {
        isHeard = true;
    }

    /** One for each throw, where it is thrown. */
    private CollectiveException exception(CollectiveException reason) {
        isHeard = true;
        return new CollectiveException(reason.rank(), String.valueOf(reason.getMessage()));
    }

    /** The communicator fails for this reason, if it has not for another. */
    void fail(int rank, String message) {
        if (failure == null) {
            String known = trouble.get();
            failure = new CollectiveException(
                    rank, known.isEmpty() ? message : message + "; rank " + members.rank() + " " + known);
        }
    }

    /** There is no communicator any more: what is left of its calls ends with this. */
    void close() {
        fail(members.rank(), "rank " + members.rank() + " has closed this communicator");
        told = true;
    }

    /** Whether a rank said that it leaves. */
    boolean hasLeft(int rank) {
        return left[rank];
    }

    /** Whether the transport lost a rank, and nothing was heard of it since. */
    boolean isGone(int rank) {
        return gone[rank];
    }

    /** Sends a control immediate, unless the communicator is not connected yet. */
    void send(int rank, int code, int value) {
        if (channels != null) {
            channels.notices().control(rank, code, value);
        }
    }

    /** Tells a rank that asked which rank this one waits for, and in which call. */
    void answer(int rank, int waitsFor) {
        if (channels != null) {
            channels.notices().answer(rank, call.get(), waitsFor);
        }
    }

    /** This rank and the call that it is in, for people. */
    String describe() {
        return in(members.rank(), call.get());
    }

    /** A rank that answered and the call that it was in, for people. */
    String describe(int rank) {
        return in(rank, channels == null ? "" : channels.notices().call(rank));
    }

    private static String in(int rank, String call) {
        return "rank " + rank + (call.isEmpty() ? "" : " in " + call);
    }

    /** Tells all others, if they do not know. */
    void tell() {
        if (told || failure == null || channels == null) {
            return;
        }
        told = true;
        String sentence = String.valueOf(failure.getMessage());
        for (int rank = 0; rank < members.size(); rank++) {
            // Also those that have left: they wait a moment, and what they sent last may be what failed here.
            if (rank != members.rank() && !lost[rank]) {
                channels.notices().note(rank, sentence);
                channels.notices().control(rank, Immediate.ABORT, failure.rank());
            }
        }
        Channels known = channels;
        linger(() -> known.isQuiet(unheard));
    }

    /** Tells all that this rank leaves, and waits a moment until they know or leave themselves. */
    void leave() {
        Channels known = channels;
        if (known == null || failure != null) {
            return;
        }
        sayGoodbye(known);
        // It may have come too late; an error that nobody has looked at would flush what other communicators send.
        known.look();
        // Whoever has not said so may still wait for an acknowledgement from here.
        linger(() -> failure != null || known.isQuiet(unheard) && haveAllLeft());
    }

    /** This rank leaves a communicator that failed: others need not wait for it to rebuild. */
    void abandon() {
        if (channels != null) {
            tell();
            sayGoodbye(channels);
        }
    }

    /** Also to those that have left: they wait for it. */
    private void sayGoodbye(Channels known) {
        if (saidGoodbye) {
            return;
        }
        saidGoodbye = true;
        for (int rank = 0; rank < members.size(); rank++) {
            if (rank != members.rank() && !gone[rank]) {
                known.notices().control(rank, Immediate.GOODBYE, 0);
            }
        }
    }

    private boolean haveAllLeft() {
        for (int rank = 0; rank < left.length; rank++) {
            if (rank != members.rank() && !left[rank] && !lost[rank]) {
                return false;
            }
        }
        return true;
    }

    /** For a moment, for whoever is gone acknowledges nothing. */
    @SuppressWarnings("ThreadPriorityCheck") // yield: whoever is waited for may need this processor
    private void linger(BooleanSupplier enough) {
        if (turn == null || channels == null) {
            return;
        }
        long deadlineNs = clock.nowNs() + LAST_WORDS_NS;
        while (!enough.getAsBoolean() && clock.nowNs() - deadlineNs < 0) {
            turn.run();
            // On a busy machine there is time for few turns, and what makes links must have its own.
            channels.makeRoom();
            Thread.yield();
        }
    }

    @Override
    public void onControl(int rank, int code, int value) {
        switch (code) {
            case Immediate.ABORT -> {
                if (failure == null && channels != null) {
                    String reason = channels.notices().note(rank);
                    int blamed = value < members.size() ? value : CollectiveException.UNKNOWN_RANK;
                    fail(blamed, reason + " (rank " + rank + " found out)");
                    // Who reads here must hear of it before the caller does, who may change what is read.
                    told = !channels.departures().isLending();
                }
            }
            case Immediate.QUESTION -> suspicion.onQuestion(rank);
            case Immediate.ANSWER -> suspicion.onAnswer(rank, value);
            case Immediate.GOODBYE -> left[rank] = true;
            case Immediate.WORD -> gone[rank] = false;
            default -> onNonsense(rank, Immediate.control(0, code, value));
        }
    }

    @Override
    public void onLost(int rank, int status) {
        if (rank >= 0 && !left[rank]) {
            lost[rank] = true;
            gone[rank] |= status == CompletionStatus.PEER_GONE || status == CompletionStatus.PEER_RESTARTED;
            if (lostRank == CollectiveException.UNKNOWN_RANK) {
                lostRank = rank;
                lostStatus = status;
                lostTurns = 0;
            }
        }
    }

    /**
     * Does what completions call for; not from within one.
     *
     * @param waitsFor the rank that this one waits for; negative if it does not
     */
    void settle(int waitsFor) {
        suspicion.settle(clock, waitsFor);
        if (lostRank != CollectiveException.UNKNOWN_RANK && failure == null && ++lostTurns >= TURNS_AFTER_LOSS) {
            fail(lostRank, "rank " + lostRank + " is lost: " + CompletionStatus.describe(lostStatus));
        }
    }

    /** It will not be, so who waits for it waits until it is settled why: the rank may have failed, and told so. */
    @Override
    public void onUnreadable(int rank) {
        if (lostRank == CollectiveException.UNKNOWN_RANK) {
            lostRank = rank;
            lostStatus = CompletionStatus.REGION_GONE;
            lostTurns = 0;
        }
    }

    @Override
    public void onNonsense(int rank, int immediate) {
        fail(
                rank,
                "rank " + rank + " sent what makes no sense: immediate=0x" + Integer.toHexString(immediate)
                        + "; does it run the same version?");
    }
}
