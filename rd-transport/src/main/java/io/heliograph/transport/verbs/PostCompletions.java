package io.heliograph.transport.verbs;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.engine.Counters;
import io.heliograph.transport.queue.CompletionRing;
import java.lang.foreign.Arena;

/** Completions of own posts and events about peers, on their way to the application. Thread of doWork, but for {@link #poll}. */
final class PostCompletions {
    private static final int LEAST_ENTRIES = 64;

    private final CompletionRing ring;
    private final int eventRoom;
    private final Peers peers;
    private final Counters tally;
    private boolean pending;

    PostCompletions(Arena arena, EndpointConfig config, Peers peers, Counters tally) {
        this.peers = peers;
        this.tally = tally;
        // A completion for every post, and as much again for events.
        ring = new CompletionRing(arena, Math.max(2 * config.submissionEntries(), LEAST_ENTRIES));
        eventRoom = ring.capacity() - config.submissionEntries();
    }

    /** Hands them to the application, on its thread. */
    int poll(CompletionHandler handler, int limit) {
        return ring.poll(handler, limit);
    }

    /** A post has completed. */
    void put(int status, int peer, int queue, long cookie, long lengthBytes) {
        ring.put(Completion.WRITE, status, peer, queue, cookie, 0, lengthBytes);
    }

    /** A relation has ended; told as soon as there is room, the latest one if several have not been. */
    void event(Peer peer, int status) {
        tally.add(
                status == CompletionStatus.PEER_GONE ? EndpointCounter.PEERS_GONE : EndpointCounter.PEERS_RESTARTED, 1);
        peer.pendingEvent = status;
        pending = true;
    }

    /** Remembers a peer's incarnation; that it had another one before is told. */
    void learn(Peer peer, int incarnation) {
        boolean restarted = peer.incarnation != 0 && peer.incarnation != incarnation;
        peer.incarnation = incarnation;
        if (restarted) {
            event(peer, CompletionStatus.PEER_RESTARTED);
        }
    }

    /** Tells events for which there was no room. */
    void tellEvents() {
        if (!pending) {
            return;
        }
        pending = false;
        for (Peer peer : peers.all()) {
            if (peer.pendingEvent == 0) {
                continue;
            }
            if (ring.unread() < eventRoom) {
                ring.put(Completion.PEER_EVENT, peer.pendingEvent, peer.number, 0, 0, 0, 0);
                peer.pendingEvent = 0;
            } else {
                pending = true;
            }
        }
    }
}
