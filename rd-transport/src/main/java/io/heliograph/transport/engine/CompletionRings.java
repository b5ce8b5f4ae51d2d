package io.heliograph.transport.engine;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.queue.CompletionRing;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;

/**
 * The two completion rings of an engine: own posts and events in one, peers' immediates in the other, whose free entries are the receive slots (R7).
 *
 * <p>The first has an entry for every post that can be outstanding; events that find no room wait here.
 */
public final class CompletionRings {
    private record Event(int peer, int status) {}

    private final CompletionRing posts;
    private final CompletionRing immediates;
    private final ArrayDeque<Event> waitingEvents = new ArrayDeque<>();
    private final int eventRoom;

    CompletionRings(Arena arena, int submissionEntries, int receiveSlots) {
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

    boolean slotFree() {
        return immediates.unread() < immediates.capacity();
    }

    void putImmediate(int peer, int queue, int immediate, long lengthBytes) {
        immediates.put(Completion.IMMEDIATE, CompletionStatus.SUCCESS, peer, queue, 0, immediate, lengthBytes);
    }

    void putWrite(int peer, OutboundMessage message) {
        posts.put(Completion.WRITE, message.status, peer, message.queue, message.cookie, 0, message.lengthBytes);
    }

    void putEvent(int peer, int status) {
        waitingEvents.add(new Event(peer, status));
        deliverEvents();
    }

    void deliverEvents() {
        while (!waitingEvents.isEmpty() && posts.unread() < eventRoom) {
            Event event = waitingEvents.remove();
            posts.put(Completion.PEER_EVENT, event.status, event.peer, 0, 0, 0, 0);
        }
    }
}
