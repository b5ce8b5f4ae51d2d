package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.queue.CompletionRing;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What {@link SharedMemoryEndpoint#doWork} does: carries out posts that had to wait, makes links, and looks whether peers live.
 *
 * <p>On the agent's thread, which may be the application's; it takes posts from {@link WaitingPosts} and answers by a completion ring.
 */
final class LinkAgent {
    private static final long ATTEMPT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    /** A look is a system call for each peer; eight fit the peer timeout, as with the packet protocol's probes. */
    private static final int LOOKS_IN_TIMEOUT = 8;

    private static final long GREATEST_LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int POST_BUDGET = 64;
    /** Duty cycles between looks at the clock, while nothing waits. */
    private static final int CYCLES_BETWEEN_CLOCKS = 16;

    private final EndpointConfig config;
    private final Clock clock;
    private final Regions regions;
    private final CompletionRing completions;
    private final int eventRoom;
    private final long scratchAddress;
    private final long lookIntervalNs;
    private final Tally tally = new Tally();
    private final AtomicLong copying = new AtomicLong();
    private final Queue<Link> retired = new ArrayDeque<>();
    private volatile boolean anyRetired;
    private long nextLookNs;
    private long nowNs;
    private boolean waited;
    private int cycles;

    LinkAgent(EndpointConfig config, Clock clock, Regions regions, Arena arena) {
        this.config = config;
        this.clock = clock;
        this.regions = regions;
        // A completion for every post, and as much again for events.
        int capacity = 2 * config.submissionEntries();
        completions = new CompletionRing(arena, Math.max(capacity, 64));
        eventRoom = completions.capacity() - config.submissionEntries();
        scratchAddress = arena.allocate(SharedMemory.SCRATCH_BYTES, Long.BYTES).address();
        lookIntervalNs = Math.min(config.peerTimeoutNs() / LOOKS_IN_TIMEOUT, GREATEST_LOOK_INTERVAL_NS);
        nowNs = clock.nowNs();
        nextLookNs = nowNs + lookIntervalNs;
    }

    CompletionRing completions() {
        return completions;
    }

    Tally tally() {
        return tally;
    }

    int doWork(Peer[] peers, Inbox[] inboxes) {
        if (waited || ++cycles % CYCLES_BETWEEN_CLOCKS == 0) {
            nowNs = clock.nowNs();
        }
        int work = 0;
        boolean waits = false;
        for (Peer peer : peers) {
            if (peer.wantsLink()) {
                work += serve(peer);
                waits |= peer.wantsLink();
            }
        }
        waited = waits;
        if (nowNs - nextLookNs >= 0) {
            nextLookNs = nowNs + lookIntervalNs;
            look(peers, inboxes);
        }
        return work;
    }

    long nextDeadlineNs() {
        return waited ? nowNs + ATTEMPT_INTERVAL_NS : nextLookNs;
    }

    /** Serves a peer that posts wait for; how many were completed. */
    private int serve(Peer peer) {
        Link link = peer.link();
        if (link != null && !link.isOpen()) {
            drop(peer, link);
            link = null;
        }
        if (link == null) {
            nowNs = clock.nowNs();
            return attach(peer);
        }
        peer.linkWanted = false;
        int work = 0;
        while (work < POST_BUDGET && peer.waiting().hasNext() && carryOut(peer, link)) {
            work++;
        }
        return work;
    }

    /** Carries out the oldest waiting post, unless it has an immediate and the peer no slot for it. */
    private boolean carryOut(Peer peer, Link link) {
        WaitingPosts post = peer.waiting();
        if (post.withImmediate() && !link.ring().hasRoom()) {
            if (!peer.noSlotCounted) {
                peer.noSlotCounted = true;
                link.agentLane().countNoSlot();
            }
            return false;
        }
        peer.noSlotCounted = false;
        copying.set(copying.getPlain() + 1); // a full fence, then the look at the regions
        int status = regions.table().find(post.sourceKey()) == RegionTable.NONE
                ? CompletionStatus.REGION_GONE
                : link.agentLane()
                        .place(post.sourceAddress(), post.lengthBytes(), post.remoteAddress(), post.remoteKey());
        copying.setRelease(copying.getPlain() + 1);
        if (status == Lane.CLOSED) {
            return false; // the next duty cycle looks for another link
        }
        if (status == CompletionStatus.SUCCESS) {
            if (post.withImmediate()) {
                if (post.fenced() && peer.fences().isFlushed(post.queue(), post.messageNumber())) {
                    status = CompletionStatus.FLUSHED;
                } else {
                    link.ring().publish(post.queue(), post.immediate(), post.lengthBytes());
                }
            }
        } else if (status != CompletionStatus.REGION_GONE) {
            peer.fences().failed(post.queue(), post.messageNumber());
        }
        complete(peer, status);
        return true;
    }

    private void complete(Peer peer, int status) {
        WaitingPosts post = peer.waiting();
        completions.put(Completion.WRITE, status, peer.number(), post.queue(), post.cookie(), 0, post.lengthBytes());
        post.advance();
    }

    /** Tries to make a link that posts wait for; how many posts that ended. */
    private int attach(Peer peer) {
        if (peer.waitingSinceNs == Peer.NOT_WAITING) {
            peer.waitingSinceNs = nowNs;
            peer.nextAttemptNs = nowNs;
        }
        if (nowNs - peer.nextAttemptNs < 0 || !hasEventRoom()) {
            return 0;
        }
        peer.nextAttemptNs = nowNs + ATTEMPT_INTERVAL_NS;
        Link.Attempt attempt = Link.attach(peer.path(), peer.address(), config);
        if (attempt.link() != null) {
            return accept(peer, attempt.link());
        }
        switch (attempt.refusal()) {
            case NO_SLOT -> peer.waitingSinceNs = nowNs; // it lives, so it is waited for (R7.3)
            case MALFORMED -> tally.add(EndpointCounter.MALFORMED, 1);
            case ABSENT -> {}
        }
        if (nowNs - peer.waitingSinceNs < config.peerTimeoutNs()) {
            return 0;
        }
        return gone(peer);
    }

    private int accept(Peer peer, Link link) {
        int ended = 0;
        boolean restarted = peer.knownIncarnation != 0 && peer.knownIncarnation != link.incarnation();
        if (restarted) {
            ended = fail(peer, CompletionStatus.PEER_RESTARTED);
            if (peer.claimEnd(peer.knownIncarnation)) {
                tell(peer, CompletionStatus.PEER_RESTARTED);
            }
        }
        peer.knownIncarnation = link.incarnation();
        peer.waitingSinceNs = Peer.NOT_WAITING;
        peer.link(link);
        tally.add(EndpointCounter.RELATIONS, 1);
        return ended + 1;
    }

    private int gone(Peer peer) {
        int ended = fail(peer, CompletionStatus.PEER_GONE);
        if (peer.knownIncarnation == 0 || peer.claimEnd(peer.knownIncarnation)) {
            tell(peer, CompletionStatus.PEER_GONE);
        }
        peer.knownIncarnation = 0;
        peer.waitingSinceNs = Peer.NOT_WAITING;
        peer.linkWanted = false;
        return ended + 1;
    }

    private int fail(Peer peer, int status) {
        int count = 0;
        while (peer.waiting().hasNext()) {
            complete(peer, status);
            count++;
        }
        return count;
    }

    private boolean hasEventRoom() {
        return completions.unread() < eventRoom;
    }

    private void tell(Peer peer, int status) {
        tally.add(
                status == CompletionStatus.PEER_GONE ? EndpointCounter.PEERS_GONE : EndpointCounter.PEERS_RESTARTED, 1);
        completions.put(Completion.PEER_EVENT, status, peer.number(), 0, 0, 0, 0);
    }

    /** Asks the kernel who still lives. */
    private void look(Peer[] peers, Inbox[] inboxes) {
        for (Inbox inbox : inboxes) {
            inbox.look(scratchAddress);
        }
        for (Peer peer : peers) {
            Link link = peer.link();
            if (link != null && !link.isHeld(scratchAddress) && hasEventRoom()) {
                boolean died = link.isOpen(); // who closes says so before it lets go
                drop(peer, link);
                if (died) {
                    died(peer);
                }
            }
        }
    }

    private void died(Peer peer) {
        Link.Attempt attempt = Link.attach(peer.path(), peer.address(), config);
        if (attempt.link() != null) {
            accept(peer, attempt.link());
        } else {
            SharedMemory.removeIfAbandoned(peer.path());
            gone(peer);
        }
    }

    /** Uses a link no more; the application's thread, which may be in the middle of a copy, lets go of it when it is not. */
    private void drop(Peer peer, Link link) {
        peer.link(null);
        synchronized (retired) {
            retired.add(link);
            anyRetired = true;
        }
    }

    /** Application: lets go of links that nobody uses any more. */
    void closeRetired(Consumer<Link> close) {
        if (anyRetired) {
            synchronized (retired) {
                anyRetired = false;
                for (Link link : retired) {
                    close.accept(link);
                }
                retired.clear();
            }
        }
    }

    /** Application: returns when no copy is under way that began before. */
    void awaitCopy() {
        long seen = copying.get();
        while ((seen & 1) == 1 && copying.get() == seen) {
            Thread.onSpinWait();
        }
    }
}
