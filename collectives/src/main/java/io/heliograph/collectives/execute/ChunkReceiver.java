package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.Post;

/**
 * Takes chunks that came: out of their slots, or out of the memory of whoever lent them, and gives the slots back. Where the sender offers a place for the result, that is written there. Allocates nothing.
 */
final class ChunkReceiver {
    private static final int NOBODY = -1;

    private final Endpoint endpoint;
    private final Members members;
    private final LandingLayout layout;
    private final Arrivals arrivals;
    private final Offers offers;
    private final Notices notices;
    private final Channels.Listener listener;
    private final boolean isMapped;
    private int readFrom = NOBODY;

    /** Nothing was taken. */
    ChunkReceiver(
            Transport transport,
            Members members,
            LandingLayout layout,
            Arrivals arrivals,
            Offers offers,
            Notices notices,
            Channels.Listener listener) {
        endpoint = transport.endpoint();
        isMapped = transport.isShared();
        this.members = members;
        this.layout = layout;
        this.arrivals = arrivals;
        this.offers = offers;
        this.notices = notices;
        this.listener = listener;
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
}
