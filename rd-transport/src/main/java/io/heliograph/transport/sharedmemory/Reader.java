package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Post;
import org.jspecify.annotations.Nullable;

/** Reads where the memory of peers is mapped, one read at a time. Application's thread. */
final class Reader {
    private final Peers peers;
    private @Nullable Lane reading;

    Reader(Peers peers) {
        this.peers = peers;
    }

    /** As {@link io.heliograph.transport.Endpoint#beginRead}; has the agent make a link where there is none. */
    long begin(int number, long remoteAddress, long lengthBytes, int remoteKey) {
        if (reading != null) {
            throw new IllegalStateException("a read is under way; end it before the next");
        }
        Peer[] all = peers.all();
        if (number < 0 || number >= all.length) {
            return Post.UNKNOWN_PEER;
        }
        Link link = all[number].link();
        if (link == null) {
            all[number].linkWanted = true;
            return Post.NOT_ATTACHED;
        }
        Lane lane = link.applicationLane();
        long address = lane.beginRead(remoteAddress, lengthBytes, remoteKey);
        if (address >= 0) {
            reading = lane;
        } else if (address == Post.NOT_ATTACHED) {
            all[number].linkWanted = true;
        }
        return address;
    }

    /** As {@link io.heliograph.transport.Endpoint#endRead}. */
    void end() {
        Lane lane = reading;
        if (lane == null) {
            throw new IllegalStateException("no read is under way");
        }
        reading = null;
        lane.endRead();
    }
}
