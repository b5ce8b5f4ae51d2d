package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;

/**
 * Puts chunks into the next slots of their receivers: by a {@link Letter} where memory is mapped, else by a WRITE-with-IMM; as they are or, where the receiver can read this rank's memory, by saying where
 * they lie. Allocates nothing.
 */
final class ChunkSender {
    private final Endpoint endpoint;
    private final int context;
    private final Members members;
    private final LandingLayout layout;
    private final Outbox outbox;
    private final Posts posts;
    private final Arrivals arrivals;
    private final Departures departures;
    private final boolean isMapped;
    private boolean offered;

    /** Nothing was sent. */
    ChunkSender(
            Transport transport,
            int context,
            Members members,
            LandingLayout layout,
            Outbox outbox,
            Posts posts,
            Arrivals arrivals,
            Departures departures) {
        endpoint = transport.endpoint();
        isMapped = transport.isShared();
        this.context = context;
        this.members = members;
        this.layout = layout;
        this.outbox = outbox;
        this.posts = posts;
        this.arrivals = arrivals;
        this.departures = departures;
    }

    /** Whether the last first chunk that was sent went with an offer: it does not before memory is mapped. */
    boolean hasOffered() {
        return offered;
    }

    /**
     * Sends a chunk that has no header; {@link Channels#canSend} was true.
     *
     * @param lends whether the receiver is to read it at the source
     * @return its number
     */
    long send(int rank, MemoryRegion source, long address, int lengthBytes, boolean lends) {
        long number = departures.next(rank);
        if (lends) {
            lend(rank, source, address, lengthBytes, number, false);
        } else {
            int immediate = Immediate.data(context, false, false, number);
            post(rank, number, source, address - source.address(), lengthBytes, Header.BYTES, immediate, false);
        }
        return number;
    }

    /**
     * Sends the first chunk of a collective to a rank; {@link Channels#canSend} was true.
     *
     * @param lends whether the receiver is to read it at the source
     * @param opening what the collective is
     * @return its number, or -1 if the source may change already
     */
    long sendFirst(int rank, MemoryRegion source, long address, int lengthBytes, boolean lends, Opening opening) {
        long number = departures.next(rank);
        offered = false;
        boolean whole = lengthBytes <= outbox.eagerBytes();
        if (isMapped && (whole || lends) && sendLetter(rank, number, source, address, lengthBytes, lends, opening)) {
            return lends ? number : -1;
        }
        long offset = outbox.header(rank, departures.slot(number));
        opening.write(outbox.address(offset));
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

    /** As {@link #sendFirst}; false if the receiver's memory is not mapped yet. */
    private boolean sendLetter(
            int rank, long number, MemoryRegion source, long address, int lengthBytes, boolean lends, Opening opening) {
        int written = lends ? Header.BYTES : Header.BYTES + lengthBytes;
        long slot = endpoint.beginWrite(members.peer(rank), slot(rank, number), written, members.key(rank));
        if (slot < 0) {
            return false;
        }
        opening.write(slot);
        if (lends) {
            Descriptor.write(slot, address, source.key(), lengthBytes);
            Letter.offer(slot, opening.output, opening.outputKey);
            offered = opening.offers();
            departures.lend(departures.index(rank, number));
        } else {
            BulkCopy.copy(address, slot + Header.BYTES, lengthBytes);
        }
        Letter.send(slot, number, lends, offered, lengthBytes, arrivals.tellTaken(rank));
        endpoint.endWrite();
        return true;
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
}
