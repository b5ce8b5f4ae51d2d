package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.queue.CompletionRing;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the application posts, or leaves it to {@link LinkAgent} if it must wait, and hands out the completions of both.
 * Application's thread.
 */
final class Sender {
    private final Peers peers;
    private final Regions regions;
    private final OwnCompletions completions;
    private final CompletionRing agentCompletions;
    private final Counting counting = new Counting();
    private final int workQueues;

    /** Messages posted so far; the number of the next one. */
    private long posted;
    /** Number of the first message that may not be posted before another completion is polled. */
    private long limit;

    // Of the last post.
    private @Nullable Peer knownPeer;
    private @Nullable MemoryRegion knownSource;

    Sender(
            EndpointConfig config,
            Peers peers,
            Regions regions,
            OwnCompletions completions,
            CompletionRing agentCompletions) {
        this.peers = peers;
        this.regions = regions;
        this.completions = completions;
        this.agentCompletions = agentCompletions;
        limit = config.submissionEntries();
        workQueues = config.workQueues();
    }

    /** As {@link io.heliograph.transport.Endpoint#write}. */
    int write(
            int queue,
            int peerNumber,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            long cookie) {
        Peer peer = peer(peerNumber);
        int code = check(queue, peer, source, sourceOffset, lengthBytes);
        if (code != Post.OK || peer == null) {
            return code;
        }
        long number = posted++;
        long from = source.address() + sourceOffset;
        Link link = peer.link();
        int status =
                link == null ? Lane.CLOSED : link.applicationLane().place(from, lengthBytes, remoteAddress, remoteKey);
        if (status == CompletionStatus.SUCCESS) {
            completions.put(Completion.WRITE, status, peerNumber, queue, cookie, lengthBytes);
        } else if (status == Lane.CLOSED) {
            peer.waiting()
                    .put(
                            false,
                            false,
                            queue,
                            number,
                            from,
                            source.key(),
                            lengthBytes,
                            remoteAddress,
                            remoteKey,
                            0,
                            cookie);
        } else {
            refused(status, peer, queue, number, cookie, lengthBytes);
        }
        return Post.OK;
    }

    /** As {@link io.heliograph.transport.Endpoint#writeImm}. */
    int writeImm(
            int queue,
            int peerNumber,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            boolean fenced,
            long cookie) {
        Peer peer = peer(peerNumber);
        int code = check(queue, peer, source, sourceOffset, lengthBytes);
        if (code != Post.OK || peer == null) {
            return code;
        }
        long number = posted++;
        long from = source.address() + sourceOffset;
        Link link = peer.link();
        // One that cannot fire now waits, behind those that wait already.
        int status = link == null || !peer.waiting().isEmpty() || !link.ring().hasRoom()
                ? Lane.CLOSED
                : link.applicationLane().place(from, lengthBytes, remoteAddress, remoteKey);
        if (link != null && status == CompletionStatus.SUCCESS) {
            if (fenced && peer.fences().isFlushed(queue, number)) {
                status = CompletionStatus.FLUSHED;
            } else {
                link.ring().publish(queue, immediate, lengthBytes);
            }
            completions.put(Completion.WRITE, status, peerNumber, queue, cookie, lengthBytes);
        } else if (status == Lane.CLOSED) {
            peer.waiting()
                    .put(
                            true,
                            fenced,
                            queue,
                            number,
                            from,
                            source.key(),
                            lengthBytes,
                            remoteAddress,
                            remoteKey,
                            immediate,
                            cookie);
        } else {
            refused(status, peer, queue, number, cookie, lengthBytes);
        }
        return Post.OK;
    }

    private void refused(int status, Peer peer, int queue, long number, long cookie, long lengthBytes) {
        peer.fences().failed(queue, number);
        completions.put(Completion.WRITE, status, peer.number(), queue, cookie, lengthBytes);
    }

    private int check(int queue, @Nullable Peer peer, MemoryRegion source, long sourceOffset, long lengthBytes) {
        if (Integer.compareUnsigned(queue, workQueues) >= 0) {
            return Post.UNKNOWN_QUEUE;
        }
        if (peer == null) {
            return Post.UNKNOWN_PEER;
        }
        if (!source.holds(sourceOffset, lengthBytes) || !isRegistered(source)) {
            return Post.BAD_SOURCE;
        }
        return posted == limit ? Post.RING_FULL : Post.OK;
    }

    private @Nullable Peer peer(int number) {
        Peer known = knownPeer;
        return known != null && known.number() == number ? known : find(number);
    }

    private @Nullable Peer find(int number) {
        Peer[] all = peers.all();
        if (number < 0 || number >= all.length) {
            return null;
        }
        knownPeer = all[number];
        return knownPeer;
    }

    @SuppressWarnings("ReferenceEquality") // the very same object as at the last post
    private boolean isRegistered(MemoryRegion source) {
        if (source == knownSource) {
            return true;
        }
        if (!regions.table().contains(source)) {
            return false;
        }
        knownSource = source;
        return true;
    }

    /** A region is deregistered: looks sources up again. */
    void forgetSource() {
        knownSource = null;
    }

    /** Hands out completions of posts, and events; at most {@code limit}. */
    int poll(CompletionHandler handler, int limit) {
        counting.handler = handler;
        int count = completions.poll(counting, limit);
        return count + agentCompletions.poll(counting, limit - count);
    }

    /** Forgets the last post: the endpoint is closed. */
    void clear() {
        knownPeer = null;
    }

    /** Counts completed posts on their way to the application, and tells fences what it knows. */
    private final class Counting implements CompletionHandler {
        private CompletionHandler handler = this;

        @Override
        public void onCompletion(Completion completion) {
            if (completion.kind() == Completion.WRITE) {
                limit++;
                int status = completion.status();
                if (status != CompletionStatus.SUCCESS && status <= CompletionStatus.NO_PERMISSION) {
                    peers.all()[completion.peer()].fences().told(completion.queue(), posted);
                }
            }
            handler.onCompletion(completion);
        }
    }
}
