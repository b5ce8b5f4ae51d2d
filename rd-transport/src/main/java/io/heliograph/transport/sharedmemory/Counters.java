package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;

/**
 * What an endpoint's threads counted, what its links sent, and what writers did in its segment. Any thread; what is mapped stays so while
 * somebody looks, for it is let go of under this object's lock.
 */
final class Counters implements EndpointCounters {
    private final SegmentLayout layout;
    private final SharedMemory block;
    private final Peers peers;
    private final Tally application;
    private final Tally agent;
    private boolean closed;

    Counters(SegmentLayout layout, SharedMemory block, Peers peers, Tally application, Tally agent) {
        this.layout = layout;
        this.block = block;
        this.peers = peers;
        this.application = application;
        this.agent = agent;
    }

    @Override
    public synchronized long get(EndpointCounter counter) {
        long own = application.get(counter) + agent.get(counter);
        for (Peer peer : peers.all()) {
            Link link = peer.link();
            own += link == null ? 0 : sent(link, counter);
        }
        return closed ? own : own + byWriters(counter);
    }

    private static long sent(Link link, EndpointCounter counter) {
        return switch (counter) {
            case DATA_SENT -> link.messagesSent();
            case PAYLOAD_BYTES_SENT -> link.bytesSent();
            default -> 0;
        };
    }

    private long byWriters(EndpointCounter counter) {
        boolean any = counter == EndpointCounter.DATA_ACCEPTED
                || counter == EndpointCounter.PAYLOAD_BYTES_PLACED
                || counter == EndpointCounter.ACCESS_ERROR
                || counter == EndpointCounter.NO_RESOURCE;
        long sum = 0;
        for (int slot = 0; any && slot < slotsUsed(); slot++) {
            for (int number = 0; number < SegmentLayout.LANES; number++) {
                long lane = block.address() + layout.lane(slot, number);
                sum += switch (counter) {
                    case DATA_ACCEPTED -> Lane.messages(lane);
                    case PAYLOAD_BYTES_PLACED -> Lane.bytes(lane);
                    case ACCESS_ERROR -> Lane.refused(lane);
                    default -> Lane.noSlot(lane);
                };
            }
        }
        return sum;
    }

    /** Writers take the first free slot, so no more slots were ever used than writers came. */
    private int slotsUsed() {
        return Math.min(layout.peerSlots(), SegmentLayout.attachedAcquire(block.address()));
    }

    /** Lets go of a link; what was sent by it stays counted. */
    synchronized void close(Link link) {
        application.add(EndpointCounter.DATA_SENT, link.messagesSent());
        application.add(EndpointCounter.PAYLOAD_BYTES_SENT, link.bytesSent());
        link.close();
    }

    /** Lets go of the segment with {@code release}; its counters are gone with it. */
    synchronized void close(Runnable release) {
        closed = true;
        release.run();
    }
}
