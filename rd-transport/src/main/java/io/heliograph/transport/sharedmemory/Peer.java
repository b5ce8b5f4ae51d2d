package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.IpAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What an endpoint knows of another: its address and name, the link to it, and what waits to be written to it. */
final class Peer {
    private final int number;
    private final IpAddress address;
    private final Path path;
    private final WaitingPosts waiting;
    private final Fences fences;
    private final AtomicInteger endTold = new AtomicInteger();
    private volatile @Nullable Link link;

    /** Agent: the incarnation that the last link was to, unless its end was told; 0 for none. */
    int knownIncarnation;
    /** Agent: since when posts wait for a link; {@link #NOT_WAITING} if none do. */
    long waitingSinceNs = NOT_WAITING;
    /** Agent: when to try for a link again. */
    long nextAttemptNs = NOT_WAITING;
    /** Agent: whether the oldest waiting post was counted as one that found no slot. */
    boolean noSlotCounted;
    /** Set by the application, which would read there, cleared by the agent: a link is wanted though nothing waits to be posted. */
    volatile boolean linkWanted;
    /** Application: the incarnation that took a slot here last; 0 for none. */
    int inboundIncarnation;

    static final long NOT_WAITING = Long.MIN_VALUE;

    Peer(int number, IpAddress address, Path path, int submissionEntries, int workQueues) {
        this.number = number;
        this.address = address;
        this.path = path;
        waiting = new WaitingPosts(submissionEntries);
        fences = new Fences(workQueues);
    }

    int number() {
        return number;
    }

    IpAddress address() {
        return address;
    }

    Path path() {
        return path;
    }

    WaitingPosts waiting() {
        return waiting;
    }

    Fences fences() {
        return fences;
    }

    @Nullable
    Link link() {
        return link;
    }

    /** Agent: the application's thread may post by this link from now on. */
    void link(@Nullable Link newLink) {
        link = newLink;
    }

    /** Agent: whether there is a reason to make a link. */
    boolean wantsLink() {
        return linkWanted || waiting.hasNext();
    }

    /** Claims to tell the application that an incarnation ended; true for one caller, from whichever side it noticed. */
    boolean claimEnd(int incarnation) {
        int told = endTold.get();
        return told != incarnation && endTold.compareAndSet(told, incarnation);
    }
}
