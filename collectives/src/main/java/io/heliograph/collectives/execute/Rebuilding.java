package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.transport.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the ranks of a communicator that failed agree who is left, each by turning {@link #poll}.
 *
 * <p>Every rank tells every other whom it takes for lost: those that the transport lost, that closed the communicator, that kept silent for the timeout, and whomever another takes for lost. When all
 * that are left have <em>proposed</em> the same, a rank <em>confirms</em>; when all confirmed, it is over. A rank that is lost after it proposed is taken out, and all begin again, unless this
 * rank has confirmed already: then another may have seen everybody's confirmation, so this one ends alike, with a communicator that has failed before its first call.
 */
final class Rebuilding {
    /** The most that it takes altogether, in timeouts. */
    private static final int MOST_TIMEOUTS = 4;

    private final int rank;
    private final int size;
    private final long timeoutNs;
    private final Clock clock;
    private final Progress progress;
    private final Channels channels;
    private final Failures failures;
    private final byte[] card;
    private final byte[] contexts;

    private final @Nullable Word[] words;
    private final BitSet lost = new BitSet();
    /** Ranks that went after this one confirmed. */
    private final BitSet departed = new BitSet();

    private final long beganNs;
    private long sinceNs;
    private boolean confirms;
    private int context;

    /**
     * Says the first word.
     *
     * @param card of this rank's new landing
     */
    Rebuilding(
            Members members,
            long timeoutNs,
            Clock clock,
            Progress progress,
            Channels channels,
            Failures failures,
            byte[] card) {
        rank = members.rank();
        size = members.size();
        this.timeoutNs = timeoutNs;
        this.clock = clock;
        this.progress = progress;
        this.channels = channels;
        this.failures = failures;
        this.card = card;
        contexts = progress.contexts();
        words = new Word[size];
        beganNs = clock.nowNs();
        hear();
        publish();
    }

    /**
     * Goes on; true when it is over.
     *
     * @throws CollectiveException if the others take this rank for lost, or do not agree in time
     */
    boolean poll() {
        progress.turn();
        for (int other = 0; other < size; other++) {
            channels.notices().isWordWaiting(other);
        }
        hear();
        if (confirms) {
            return isOver();
        }
        long nowNs = clock.nowNs();
        BitSet silent = left();
        silent.clear(rank);
        for (int other = silent.nextSetBit(0); other >= 0; other = silent.nextSetBit(other + 1)) {
            silent.set(other, !proposesTheSame(words[other]));
        }
        if (silent.isEmpty()) {
            confirm();
        } else if (nowNs - beganNs >= MOST_TIMEOUTS * timeoutNs) {
            throw new CollectiveException(
                    silent.nextSetBit(0),
                    "no agreement who is left: rank " + rank + " waited " + (nowNs - beganNs) / 1_000_000
                            + " ms for rank " + silent);
        } else if (nowNs - sinceNs >= timeoutNs) {
            lost.or(silent);
            publish();
        }
        return false;
    }

    private boolean proposesTheSame(@Nullable Word word) {
        return word != null && word.lost().equals(lost);
    }

    /** Takes in what came, and who went; proposes anew if there is more lost than before. */
    private void hear() {
        int before = lost.cardinality();
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                Word word = channels.notices().word(other);
                if (word != null) {
                    words[other] = word;
                    take(other, word);
                }
                boolean isGone = failures.isGone(other) || failures.hasLeft(other);
                if (isGone && confirms) {
                    departed.set(other);
                } else if (isGone && !isConfirmed(other)) {
                    lost.set(other);
                }
            }
        }
        if (lost.cardinality() > before) {
            publish();
        }
    }

    private void take(int other, Word word) {
        if (word.lost().get(rank)) {
            throw new CollectiveException(
                    rank,
                    "rank " + rank + " is left out: rank " + other + " took it for lost, for it did not rebuild within "
                            + timeoutNs / 1_000_000 + " ms");
        }
        lost.or(word.lost());
    }

    private boolean isConfirmed(int other) {
        Word word = words[other];
        return word != null && word.confirms() && word.lost().equals(lost);
    }

    private void publish() {
        if (confirms) {
            progress.release(context);
            confirms = false;
            lost.or(departed);
            departed.clear();
        }
        sinceNs = clock.nowNs();
        say(new Word(false, card, contexts, lost));
    }

    private void confirm() {
        List<byte[]> all = new ArrayList<>();
        for (int member : members()) {
            Word word = words[member];
            all.add(word == null ? contexts : word.contexts());
        }
        context = Progress.agree(all);
        progress.reserve(context);
        confirms = true;
        sinceNs = clock.nowNs();
        say(new Word(true, card, contexts, lost));
    }

    private void say(Word word) {
        for (int other = 0; other < size; other++) {
            // Also to those that are taken for lost: if they come after all, they find out.
            if (other != rank && !failures.hasLeft(other)) {
                channels.notices().word(other, word);
            }
        }
    }

    private boolean isOver() {
        boolean late = clock.nowNs() - sinceNs >= timeoutNs;
        for (int member : members()) {
            // Nothing may be said after this rank leaves the old communicator.
            if (member != rank && (!isConfirmed(member) || channels.notices().isWordWaiting(member))) {
                if (late) {
                    departed.set(member);
                } else if (!departed.get(member)) {
                    return false;
                }
            }
        }
        return true;
    }

    private BitSet left() {
        BitSet left = new BitSet();
        left.set(0, size);
        left.andNot(lost);
        return left;
    }

    /** Who is left, in the order of ranks: their new numbers. */
    List<Integer> members() {
        return left().stream().boxed().toList();
    }

    /** A member that was lost when it was too late to leave it out; negative if there is none. */
    int departed() {
        for (int member : members()) {
            if (departed.get(member) && !isConfirmed(member)) {
                return member;
            }
        }
        return -1;
    }

    /** The new communicator's context, reserved. */
    int context() {
        return context;
    }

    /** The cards of those who are left. */
    List<byte[]> cards() {
        List<byte[]> cards = new ArrayList<>();
        for (int member : members()) {
            Word word = words[member];
            cards.add(word == null ? card : word.card());
        }
        return cards;
    }
}
