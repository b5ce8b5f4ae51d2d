package io.heliograph.transport.engine;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.queue.CompletionRing;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The two completion rings of an engine: own posts and events in one, peers' immediates in the other, whose free entries are the receive slots (R7).
 *
 * <p>Any engine of the endpoint may complete a message, so that several write here, one at a time. The first ring has an entry for every post that
 * can be outstanding; events that find no room wait, and so do queues whose immediates find no slot.
 */
public final class CompletionRings {
    private record Event(int peer, int status) {}

    private final SpinLock lock;
    private final CompletionRing posts;
    private final CompletionRing immediates;
    private final ArrayDeque<Event> waitingEvents = new ArrayDeque<>();
    /** Those whose immediates wait for a slot (R7.2). */
    private final ArrayDeque<InboundQueue> waitingQueues = new ArrayDeque<>();

    private final int eventRoom;

    CompletionRings(Arena arena, int submissionEntries, int receiveSlots, boolean shared) {
        lock = new SpinLock(shared);
        // Twice the posts: an event may use what posts cannot.
        posts = new CompletionRing(arena, 2 * submissionEntries);
        immediates = new CompletionRing(arena, receiveSlots);
        eventRoom = submissionEntries;
    }

    /** Hands out completions, posts and events first. Application thread. */
    public int poll(CompletionHandler handler, int limit) {
        int count = posts.poll(handler, limit);
        return count < limit ? count + immediates.poll(handler, limit - count) : count;
    }

    /** As {@link #poll}, without peers' immediates. Application thread. */
    public int pollPosts(CompletionHandler handler, int limit) {
        return posts.poll(handler, limit);
    }

    /** Whether there is a free receive slot; another engine may be faster to take it. */
    boolean slotFree() {
        lock.lock();
        boolean free = immediates.unread() < immediates.capacity();
        lock.unlock();
        return free;
    }

    /** Takes a receive slot for an immediate; false if there is none. */
    boolean offerImmediate(int peer, int queue, int immediate, long lengthBytes) {
        lock.lock();
        boolean free = immediates.unread() < immediates.capacity();
        if (free) {
            immediates.put(Completion.IMMEDIATE, CompletionStatus.SUCCESS, peer, queue, 0, immediate, lengthBytes);
        }
        lock.unlock();
        return free;
    }

    /** A queue whose immediates wait for a slot from now on. */
    void addWaiting(InboundQueue queue) {
        lock.lock();
        waitingQueues.addLast(queue);
        lock.unlock();
    }

    /** The queue that has waited longest, if there is a slot for it; it is for the caller to serve, or to put back in front. */
    @Nullable
    InboundQueue takeWaiting() {
        lock.lock();
        InboundQueue queue = servesWaiting() ? waitingQueues.removeFirst() : null;
        lock.unlock();
        return queue;
    }

    void putBackWaiting(InboundQueue queue) {
        lock.lock();
        waitingQueues.addFirst(queue);
        lock.unlock();
    }

    /** Whether a queue waits for a slot and there is one. */
    boolean canServeWaiting() {
        lock.lock();
        boolean can = servesWaiting();
        lock.unlock();
        return can;
    }

    private boolean servesWaiting() {
        return !waitingQueues.isEmpty() && immediates.unread() < immediates.capacity();
    }

    void putWrite(int peer, OutboundMessage message) {
        lock.lock();
        posts.put(Completion.WRITE, message.status, peer, message.queue, message.cookie, 0, message.lengthBytes);
        lock.unlock();
    }

    void putEvent(int peer, int status) {
        lock.lock();
        waitingEvents.add(new Event(peer, status));
        lock.unlock();
        deliverEvents();
    }

    void deliverEvents() {
        lock.lock();
        while (!waitingEvents.isEmpty() && posts.unread() < eventRoom) {
            Event event = waitingEvents.remove();
            posts.put(Completion.PEER_EVENT, event.status, event.peer, 0, 0, 0, 0);
        }
        lock.unlock();
    }
}
