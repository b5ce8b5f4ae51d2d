package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Post;
import org.jspecify.annotations.Nullable;

/** Reads and writes where the memory of peers is mapped, one range at a time, or several to write of one peer's, one within the other. Application's thread. */
final class Reader {
    private final Peers peers;
    private @Nullable Lane lane;
    private boolean writes;
    /** Writes that began within the first. */
    private int further;

    Reader(Peers peers) {
        this.peers = peers;
    }

    /** As {@link io.heliograph.transport.Endpoint#beginRead}; has the agent make a link where there is none. */
    long begin(int number, long remoteAddress, long lengthBytes, int remoteKey) {
        if (lane != null) {
            throw new IllegalStateException("a read or write is under way; end it before the next");
        }
        Peer peer = peer(number);
        if (peer == null) {
            return Post.UNKNOWN_PEER;
        }
        Link link = peer.link();
        if (link == null) {
            peer.linkWanted = true;
            return Post.NOT_ATTACHED;
        }
        writes = false;
        return began(peer, link, link.applicationLane().beginRead(remoteAddress, lengthBytes, remoteKey));
    }

    /** As {@link io.heliograph.transport.Endpoint#beginWrite}; has the agent make a link where there is none. */
    long beginWrite(int number, long remoteAddress, long lengthBytes, int remoteKey) {
        Peer peer = peer(number);
        if (peer == null) {
            return Post.UNKNOWN_PEER;
        }
        Link link = peer.link();
        if (link == null) {
            peer.linkWanted = true;
            return Post.NOT_ATTACHED;
        }
        Lane own = link.applicationLane();
        if (lane != null) {
            return beginFurther(own, remoteAddress, lengthBytes, remoteKey);
        }
        writes = true;
        return began(peer, link, own.beginWrite(remoteAddress, lengthBytes, remoteKey));
    }

    private long beginFurther(Lane own, long remoteAddress, long lengthBytes, int remoteKey) {
        if (!writes) {
            throw new IllegalStateException("a read is under way; end it before a write");
        }
        if (own != lane) {
            // Of another peer, or the same that came back.
            return Post.NOT_ATTACHED;
        }
        long address = own.beginFurtherWrite(remoteAddress, lengthBytes, remoteKey);
        further += address >= 0 ? 1 : 0;
        return address;
    }

    private @Nullable Peer peer(int number) {
        Peer[] all = peers.all();
        return number < 0 || number >= all.length ? null : all[number];
    }

    private long began(Peer peer, Link link, long address) {
        if (address >= 0) {
            lane = link.applicationLane();
        } else if (address == Post.NOT_ATTACHED) {
            peer.linkWanted = true;
        }
        return address;
    }

    /** As {@link io.heliograph.transport.Endpoint#endRead} and {@link io.heliograph.transport.Endpoint#endWrite}. */
    void end() {
        Lane begun = lane;
        if (begun == null) {
            throw new IllegalStateException("no read or write is under way");
        }
        if (further > 0) {
            further--;
            return;
        }
        lane = null;
        begun.end();
    }
}
