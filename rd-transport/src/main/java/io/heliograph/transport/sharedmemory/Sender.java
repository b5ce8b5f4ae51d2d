package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.memory.RegionTable;
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
    private final int submissionEntries;
    private final int workQueues;

    private int outstanding;
    private @Nullable MemoryRegion knownSource;
    private @Nullable RegionTable knownTable;

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
        submissionEntries = config.submissionEntries();
        workQueues = config.workQueues();
    }

    /** As {@link io.heliograph.transport.Endpoint#post}. */
    int post(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peerNumber,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        if (queue < 0 || queue >= workQueues) {
            return Post.UNKNOWN_QUEUE;
        }
        Peer[] known = peers.all();
        if (peerNumber < 0 || peerNumber >= known.length) {
            return Post.UNKNOWN_PEER;
        }
        boolean inSource = sourceOffset >= 0 && lengthBytes >= 0 && lengthBytes <= source.lengthBytes() - sourceOffset;
        if (!inSource || !isRegistered(source)) {
            return Post.BAD_SOURCE;
        }
        if (outstanding == submissionEntries) {
            return Post.RING_FULL;
        }
        outstanding++;
        Peer peer = known[peerNumber];
        long number = peer.fences().number(queue);
        Link link = peer.link();
        long from = source.address() + sourceOffset;
        if (link == null || !link.isOpen() || withImmediate && !canFire(peer, link)) {
            peer.waiting()
                    .put(
                            withImmediate,
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
            return Post.OK;
        }
        int status = link.lane(Link.APPLICATION).place(from, lengthBytes, remoteAddress, remoteKey);
        if (status != CompletionStatus.SUCCESS) {
            peer.fences().failed(queue, number);
        } else if (withImmediate) {
            status = fire(peer, link, queue, number, fenced, immediate, lengthBytes);
        }
        completions.put(Completion.WRITE, status, peerNumber, queue, cookie, lengthBytes);
        return Post.OK;
    }

    /** Whether an immediate can fire now and is not to wait behind others. */
    private static boolean canFire(Peer peer, Link link) {
        return peer.waiting().isEmpty() && link.ring().hasRoom();
    }

    private static int fire(
            Peer peer, Link link, int queue, long number, boolean fenced, int immediate, long lengthBytes) {
        if (fenced && peer.fences().isFlushed(queue, number)) {
            return CompletionStatus.FLUSHED;
        }
        link.ring().publish(queue, immediate, lengthBytes);
        return CompletionStatus.SUCCESS;
    }

    @SuppressWarnings("ReferenceEquality") // the very same objects as at the last post
    private boolean isRegistered(MemoryRegion source) {
        RegionTable table = regions.table();
        if (source == knownSource && table == knownTable) {
            return true;
        }
        if (!table.contains(source)) {
            return false;
        }
        knownSource = source;
        knownTable = table;
        return true;
    }

    /** Hands out completions of posts, and events; at most {@code limit}. */
    int poll(CompletionHandler handler, int limit) {
        counting.handler = handler;
        int count = completions.poll(counting, limit);
        return count + agentCompletions.poll(counting, limit - count);
    }

    /** Counts completed posts on their way to the application, and tells fences what it knows. */
    private final class Counting implements CompletionHandler {
        private CompletionHandler handler = this;

        @Override
        public void onCompletion(Completion completion) {
            if (completion.kind() == Completion.WRITE) {
                outstanding--;
                int status = completion.status();
                if (status != CompletionStatus.SUCCESS && status <= CompletionStatus.NO_PERMISSION) {
                    peers.all()[completion.peer()].fences().told(completion.queue());
                }
            }
            handler.onCompletion(completion);
        }
    }
}
