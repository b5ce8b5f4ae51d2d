package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.bindings.memory.NativeMemory;
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
    /** Where others write to, if they and this rank have each other's memory mapped. */
    private final boolean isMapped;

    private final long landing;
    private final Offers offers;
    private final Posts posts;
    private final Arrivals arrivals;
    private final Departures departures;
    private final Notices notices;
    private int readFrom = NOBODY;
    private boolean moved;
    private boolean offered;

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
        isMapped = transport.isShared();
        this.landing = landing;
        posts = new Posts(transport, context, members);
        arrivals = new Arrivals(layout, landing, members.size());
        offers = new Offers(transport, members, layout, landing);
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

    /** Outputs that others may write to. */
    Offers offers() {
        return offers;
    }

    /** Whether the last first chunk that was sent went with an offer: it does not before memory is mapped. */
    boolean hasOffered() {
        return offered;
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

    /**
     * Sends a chunk that has no header; {@link #canSend} was true.
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
     * Sends the first chunk of a collective to a rank, with what the collective is; {@link #canSend} was true.
     *
     * @param lends whether the receiver is to read it at the source
     * @param output where it may write the result if it is lent, or {@link Offers#NONE}
     * @return its number, or -1 if the source may change already
     */
    long sendFirst(
            int rank,
            MemoryRegion source,
            long address,
            int lengthBytes,
            boolean lends,
            long output,
            int outputKey,
            long call,
            long count,
            long chunkBytes,
            long collectiveNumber) {
        long number = departures.next(rank);
        offered = false;
        boolean whole = lengthBytes <= outbox.eagerBytes();
        if (isMapped && (whole || lends)) {
            long slot = endpoint.beginWrite(
                    members.peer(rank),
                    slot(rank, number),
                    lends ? Header.BYTES : Header.BYTES + lengthBytes,
                    members.key(rank));
            if (slot >= 0) {
                Header.write(slot, call, count, chunkBytes, collectiveNumber);
                if (lends) {
                    Descriptor.write(slot, address, source.key(), lengthBytes);
                    Letter.offer(slot, output, outputKey);
                    offered = output != Offers.NONE;
                    departures.lend(departures.index(rank, number));
                } else {
                    BulkCopy.copy(address, slot + Header.BYTES, lengthBytes);
                }
                Letter.send(slot, number, lends, offered, lengthBytes, arrivals.tellTaken(rank));
                endpoint.endWrite();
                return lends ? number : -1;
            }
        }
        long offset = outbox.header(rank, departures.slot(number));
        Header.write(outbox.address(offset), call, count, chunkBytes, collectiveNumber);
        if (lends) {
            lend(rank, source, address, lengthBytes, number, true);
            return number;
        }
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
        }
        return heard(rank, address);
    }

    /**
     * Address of a part of what a rank offers a place for, longer than the chunk itself may be; read until {@link #close}, and nothing is posted before.
     *
     * @param offset from its beginning
     * @return negative if it cannot be read now: the listener knows if it never will
     */
    long open(int rank, long offset, int lengthBytes) {
        long header = arrivals.header(rank);
        long address = endpoint.beginRead(
                members.peer(rank), Descriptor.address(header) + offset, lengthBytes, Descriptor.key(header));
        return heard(rank, address);
    }

    /** That was read. */
    void close() {
        endpoint.endRead();
    }

    /** Writes a part of the result to where a rank offers a place for it; false if it cannot be done now. */
    boolean place(int rank, long offset, long from, int lengthBytes) {
        long header = arrivals.header(rank);
        long code = offers.place(rank, Letter.output(header) + offset, Letter.outputKey(header), from, lengthBytes);
        return heard(rank, code) >= 0;
    }

    private long heard(int rank, long code) {
        if (code < 0 && code != Post.NOT_ATTACHED) {
            listener.onUnreadable(rank);
        }
        return code;
    }

    /** The next chunk from a rank, which {@link #open} gave, was taken out. */
    void take(int rank) {
        boolean wasLent = readFrom >= 0;
        if (wasLent) {
            endpoint.endRead();
            readFrom = NOBODY;
        }
        if (arrivals.take(rank)) {
            giveCredit(rank, arrivals.taken(rank), wasLent);
        }
    }

    private void giveCredit(int rank, long taken, boolean wasLent) {
        long count = isMapped
                ? endpoint.beginWrite(
                        members.peer(rank), members.area(rank) + layout.count(0), Long.BYTES, members.key(rank))
                : Post.NOT_MAPPED;
        if (count < 0) {
            notices.credit(rank, taken, wasLent);
        } else {
            NativeMemory.putLongRelease(count, taken);
            endpoint.endWrite();
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
