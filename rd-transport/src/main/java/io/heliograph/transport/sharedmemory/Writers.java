package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import java.util.Arrays;

/**
 * Who writes to an endpoint: finds those that attach, hands out their immediates, and frees the slots of those that are gone.
 * Application's thread.
 */
final class Writers {
    private final SegmentLayout layout;
    private final SharedMemory block;
    private final Peers peers;
    private final OwnCompletions completions;
    private final Tally tally;
    private final int eventRoom;

    // Replaced by the application's thread, looked at by the agent's.
    private volatile Inbox[] inboxes = new Inbox[0];
    private int attachmentsSeen;

    /**
     * Nobody yet.
     *
     * @param completions take events too, as long as they leave room for a completion of every post
     */
    Writers(
            EndpointConfig config,
            SegmentLayout layout,
            SharedMemory block,
            Peers peers,
            OwnCompletions completions,
            Tally tally) {
        this.layout = layout;
        this.block = block;
        this.peers = peers;
        this.completions = completions;
        this.tally = tally;
        eventRoom = completions.capacity() - config.submissionEntries();
    }

    /** All at this moment; nobody changes the array. */
    Inbox[] inboxes() {
        return inboxes;
    }

    /** Whether all slots that {@link #poll} knows of were freed. */
    boolean isEmpty() {
        return inboxes.length == 0;
    }

    /** Hands out immediates, at most {@code limit}. */
    int poll(CompletionHandler handler, int limit) {
        int attachments = SegmentLayout.attachedAcquire(block.address());
        if (attachments != attachmentsSeen) {
            attachmentsSeen = attachments;
            find();
        }
        boolean eventsTaken = completions.size() == 0;
        int count = 0;
        boolean anyGone = false;
        for (Inbox inbox : inboxes) {
            // Before the last look into the ring: what it wrote while it was there is seen.
            boolean gone = inbox.writer() != Inbox.Writer.HERE;
            int polled = inbox.poll(handler, limit - count, eventsTaken);
            count += polled;
            anyGone |= gone && count < limit;
        }
        if (anyGone) {
            removeGone();
        }
        return count;
    }

    /** Looks for writers that attached since the last time. */
    private void find() {
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            long attachment = block.address() + layout.attachment(slot);
            if (Attachment.stateAcquire(attachment) != Attachment.FREE && !isKnown(slot)) {
                admit(slot, Attachment.address(attachment), Attachment.incarnation(attachment));
            }
        }
    }

    private boolean isKnown(int slot) {
        for (Inbox inbox : inboxes) {
            if (inbox.slot() == slot) {
                return true;
            }
        }
        return false;
    }

    private void admit(int slot, IpAddress address, int incarnation) {
        int number;
        try {
            number = peers.add(address);
        } catch (IllegalArgumentException | IllegalStateException e) {
            tally.add(EndpointCounter.NO_RESOURCE, 1); // its immediates wait
            return;
        }
        Peer peer = peers.all()[number];
        Inbox predecessor = null;
        for (Inbox inbox : inboxes) {
            predecessor = inbox.peer() == number ? inbox : predecessor;
        }
        int former = peer.inboundIncarnation;
        peer.inboundIncarnation = incarnation;
        boolean restarted = former != 0 && former != incarnation;
        if (restarted) {
            if (predecessor != null) {
                predecessor.restarted();
            } else if (peer.claimEnd(former)) {
                tell(number, CompletionStatus.PEER_RESTARTED);
            }
        }
        Inbox[] more = Arrays.copyOf(inboxes, inboxes.length + 1);
        more[inboxes.length] = new Inbox(block, layout, slot, number, incarnation, restarted, predecessor);
        inboxes = more;
        tally.add(EndpointCounter.RELATIONS, 1);
    }

    /** Frees the slots of writers that are gone and whose immediates were all handed out. */
    private void removeGone() {
        Inbox[] all = inboxes;
        Inbox[] kept = new Inbox[all.length];
        int count = 0;
        for (Inbox inbox : all) {
            if (inbox.writer() == Inbox.Writer.HERE || !inbox.isEmpty() || completions.size() >= eventRoom) {
                kept[count++] = inbox;
                continue;
            }
            inbox.free();
            boolean told = inbox.writer() == Inbox.Writer.DIED || inbox.isRestarted();
            if (told && peers.all()[inbox.peer()].claimEnd(inbox.incarnation())) {
                tell(inbox.peer(), inbox.endStatus());
            }
        }
        inboxes = Arrays.copyOf(kept, count);
    }

    private void tell(int peer, int status) {
        tally.add(
                status == CompletionStatus.PEER_GONE ? EndpointCounter.PEERS_GONE : EndpointCounter.PEERS_RESTARTED, 1);
        completions.put(Completion.PEER_EVENT, status, peer, 0, 0, 0);
    }

    /** Forgets all: the endpoint is closed. */
    void clear() {
        inboxes = new Inbox[0];
    }
}
