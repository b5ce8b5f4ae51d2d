package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;

/**
 * Chunks between this rank and every other, in order, each way: a chunk is a WRITE-with-IMM into the next slot of the receiver's area for this rank, if the receiver has given that slot back. What is
 * written is the chunk itself or, where the receiver can read this rank's memory, where it lies: then it is <em>lent</em> until the receiver says that it was taken out.
 *
 * <p>Slots are given back by counting: an immediate says how many were taken out so far, each time half of them were, or one was lent.
 */
final class Channels {
    private final Progress progress;
    private final Members members;
    private final LandingLayout layout;
    private final Listener listener;
    /** Where others write to, if they and this rank have each other's memory mapped. */
    private final boolean isMapped;

    private final long landing;
    private final Offers offers;
    private final Posts posts;
    private final Arrivals arrivals;
    private final Departures departures;
    private final Notices notices;
    private final ChunkSender sender;
    private final ChunkReceiver receiver;
    private boolean moved;

    /** What channels do not know what to do about. */
    interface Listener {
        /** A control immediate came. */
        void onControl(int rank, int code, int value);

        /** A rank cannot be written to any more, or is gone. */
        void onLost(int rank, int status);

        /** What a rank lent cannot be read. */
        void onUnreadable(int rank);

        /** What came makes no sense. */
        void onNonsense(int rank, int immediate);
    }

    /**
     * Nothing is under way.
     *
     * @param context of the communicator, see {@link Progress}
     * @param landing address of the memory that others write to
     */
    Channels(
            Transport transport,
            int context,
            Members members,
            LandingLayout layout,
            long landing,
            Outbox outbox,
            Listener listener) {
        progress = transport.progress();
        this.members = members;
        this.layout = layout;
        this.listener = listener;
        isMapped = transport.isShared();
        this.landing = landing;
        posts = new Posts(transport, context, members);
        arrivals = new Arrivals(layout, landing, members.size());
        offers = new Offers(transport, members, layout, landing);
        departures = new Departures(members.size(), layout.slots());
        notices = new Notices(context, members, layout, landing, outbox, posts);
        sender = new ChunkSender(transport, context, members, layout, outbox, posts, arrivals, departures);
        receiver = new ChunkReceiver(transport, members, layout, arrivals, offers, notices, listener);
    }

    /** What the cookies of its posts have, see {@link Progress#cookie}. */
    int id() {
        return posts.id();
    }

    /** What has come. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** What went. */
    Departures departures() {
        return departures;
    }

    /** Outputs that others may write to. */
    Offers offers() {
        return offers;
    }

    /** What sends. */
    ChunkSender sender() {
        return sender;
    }

    /** What takes out what came. */
    ChunkReceiver receiver() {
        return receiver;
    }

    /** What is said beside. */
    Notices notices() {
        return notices;
    }

    /** Whether anything came, or ended, since this was asked last. */
    boolean hasMoved() {
        boolean result = moved;
        moved = false;
        return result;
    }

    /** Whether ranks send letters, for they have each other's memory mapped. */
    boolean isMapped() {
        return isMapped;
    }

    /** Looks for what others wrote here without an immediate; whether anything came. */
    boolean listen() {
        boolean heard = false;
        if (isMapped) {
            for (int rank = 0; rank < members.size(); rank++) {
                heard |= listen(rank);
            }
        }
        return heard;
    }

    private boolean listen(int rank) {
        if (arrivals.listen(rank)) {
            departures.onTaken(rank, Letter.taken(arrivals.header(rank)));
            return true;
        }
        return departures.awaitsCredit(rank) && hearCount(rank);
    }

    private boolean hearCount(int rank) {
        return departures.onTaken(rank, (int) NativeMemory.getLongAcquire(landing + layout.count(rank)));
    }

    /** Whether the next chunk from a rank is there. */
    boolean hasNext(int rank) {
        return arrivals.hasNext(rank) || isMapped && listen(rank) && arrivals.hasNext(rank);
    }

    /** Whether there is a slot for the next chunk to a rank. */
    boolean canSend(int rank) {
        return departures.canSend(rank) || isMapped && hearCount(rank) && departures.canSend(rank);
    }

    /** A duty cycle, for what waits to be posted. */
    void makeRoom() {
        progress.makeRoom();
    }

    /** Takes in all that has come, without going on with anything. */
    void look() {
        progress.look();
    }

    /** Whether everything that was posted is acknowledged, but for what was said to some ranks. */
    boolean isQuiet(boolean[] unheard) {
        for (int rank = 0; rank < unheard.length; rank++) {
            if (!unheard[rank] && !notices.isQuiet(rank)) {
                return false;
            }
        }
        return departures.isQuiet();
    }

    /** A post ended. */
    void onWritten(int index, int peer, int status) {
        moved = true;
        if (index >= 0) {
            departures.onWritten(index);
        } else {
            notices.onWritten(members.rankOf(peer), index);
        }
        if (status != CompletionStatus.SUCCESS) {
            onLost(peer, status);
        }
    }

    /** A peer, if it is one of the ranks, cannot be written to any more, or is gone. */
    void onLost(int peer, int status) {
        int rank = members.rankOf(peer);
        if (rank >= 0) {
            moved = true;
            listener.onLost(rank, status);
        }
    }

    /** An immediate in this context came. */
    void onImmediate(int peer, int immediate, long lengthBytes) {
        int rank = members.rankOf(peer);
        if (rank < 0) {
            // Strangers cannot know the key, and are nobody's business.
            return;
        }
        moved = true;
        switch (Immediate.kind(immediate)) {
            case Immediate.DATA, Immediate.LENT -> {
                if (!arrivals.onChunk(rank, immediate, lengthBytes)) {
                    listener.onNonsense(rank, immediate);
                }
            }
            case Immediate.CREDIT -> departures.onCredit(rank, immediate);
            default -> listener.onControl(rank, Immediate.code(immediate), Immediate.value(immediate));
        }
    }
}
