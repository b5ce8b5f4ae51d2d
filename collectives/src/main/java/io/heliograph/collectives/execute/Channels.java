package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;

/**
 * Chunks between this rank and every other, in order, each way: a chunk is a WRITE-with-IMM into the next slot of the receiver's area for this rank, if the receiver has given that slot back. What is
 * written is the chunk itself or, where the receiver can read this rank's memory, where it lies: then it is <em>lent</em> until the receiver says that it was taken out.
 *
 * <p>Slots are given back by counting: an immediate says how many were taken out so far, each time half of them were, or one was lent.
 */
final class Channels {
    private static final int NOBODY = -1;

    private final Progress progress;
    private final Endpoint endpoint;
    private final int context;
    private final Members members;
    private final LandingLayout layout;
    private final Outbox outbox;
    private final Listener listener;
    private final Posts posts;
    private final Arrivals arrivals;
    private final Departures departures;
    private final Notices notices;
    private int readFrom = NOBODY;
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
        this.context = context;
        progress = transport.progress();
        endpoint = transport.endpoint();
        this.members = members;
        this.layout = layout;
        this.outbox = outbox;
        this.listener = listener;
        posts = new Posts(transport, context, members);
        arrivals = new Arrivals(layout, landing, members.size());
        departures = new Departures(members.size(), layout.slots());
        notices = new Notices(context, members, layout, landing, outbox, posts);
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

    /**
     * Sends a chunk that has no header; {@link Departures#canSend} was true.
     *
     * @param lends whether the receiver is to read it at the source
     * @return its number
     */
    long send(int rank, MemoryRegion source, long address, int lengthBytes, boolean lends) {
        long number = departures.next(rank);
        if (lends) {
            lend(rank, source, address, lengthBytes, number, false);
        } else {
            post(
                    rank,
                    number,
                    source,
                    address - source.address(),
                    lengthBytes,
                    Header.BYTES,
                    Immediate.data(context, false, false, number),
                    false);
        }
        return number;
    }

    /**
     * Sends the first chunk of a collective to a rank, with what the collective is; {@link Departures#canSend} was true.
     *
     * @param lends whether the receiver is to read it at the source
     * @return its number, or -1 if the source may change already
     */
    long sendFirst(
            int rank,
            MemoryRegion source,
            long address,
            int lengthBytes,
            boolean lends,
            long call,
            long count,
            long chunkBytes,
            long collectiveNumber) {
        long number = departures.next(rank);
        long offset = outbox.header(rank, departures.slot(number));
        Header.write(outbox.address(offset), call, count, chunkBytes, collectiveNumber);
        if (lends) {
            lend(rank, source, address, lengthBytes, number, true);
            return number;
        }
        boolean whole = lengthBytes <= outbox.eagerBytes();
        int immediate = Immediate.data(context, true, whole, number);
        if (whole) {
            BulkCopy.copy(address, outbox.address(offset) + Header.BYTES, lengthBytes);
            post(rank, number, outbox.region(), offset, Header.BYTES + lengthBytes, 0, immediate, false);
            return -1;
        }
        int index = departures.index(rank, number);
        posts.write(rank, outbox.region(), offset, Header.BYTES, slot(rank, number), index);
        departures.posted(index);
        post(rank, number, source, address - source.address(), lengthBytes, Header.BYTES, immediate, true);
        return number;
    }

    private void lend(int rank, MemoryRegion source, long address, int lengthBytes, long number, boolean first) {
        long offset = outbox.header(rank, departures.slot(number));
        Descriptor.write(outbox.address(offset), address, source.key(), lengthBytes);
        departures.lend(departures.index(rank, number));
        int immediate = Immediate.lent(context, first, number);
        post(rank, number, outbox.region(), offset, Header.BYTES, 0, immediate, false);
    }

    private void post(
            int rank,
            long number,
            MemoryRegion source,
            long sourceOffset,
            int lengthBytes,
            int slotOffset,
            int immediate,
            boolean fenced) {
        int index = departures.index(rank, number);
        long remote = slot(rank, number) + slotOffset;
        posts.writeImm(rank, source, sourceOffset, lengthBytes, remote, immediate, fenced, index);
        departures.posted(index);
    }

    private long slot(int rank, long number) {
        return members.area(rank) + departures.slot(number) * layout.stride();
    }

    /**
     * Address of the next chunk from a rank, which is there; what is lent is read until {@link #take}, and nothing is posted before.
     *
     * @return negative if it cannot be read now: the listener knows if it never will
     */
    long open(int rank) {
        if (!arrivals.isLent(rank)) {
            return arrivals.chunk(rank);
        }
        long header = arrivals.header(rank);
        long address = endpoint.beginRead(
                members.peer(rank), Descriptor.address(header), arrivals.chunkBytes(rank), Descriptor.key(header));
        if (address >= 0) {
            readFrom = rank;
        } else if (address != Post.NOT_ATTACHED) {
            listener.onUnreadable(rank);
        }
        return address;
    }

    /** The next chunk from a rank, which {@link #open} gave, was taken out. */
    void take(int rank) {
        boolean wasLent = readFrom >= 0;
        if (wasLent) {
            endpoint.endRead();
            readFrom = NOBODY;
        }
        if (arrivals.take(rank)) {
            notices.credit(rank, arrivals.taken(rank), wasLent);
        }
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
