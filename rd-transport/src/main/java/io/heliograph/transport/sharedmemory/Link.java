package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A writer's hold on a peer's segment: the mapping, and a slot in it with two lanes and an immediate ring. */
final class Link {
    /** What an attempt to make a link came to. */
    enum Refusal {
        /** No living endpoint has that name, or it is just coming or going. */
        ABSENT,
        /** It is there, but all its slots are taken, or there is no shared memory left. */
        NO_SLOT,
        /** What has that name is not a segment that can be used. */
        MALFORMED
    }

    /** A link, or why there is none. */
    record Attempt(@Nullable Link link, Refusal refusal) {}

    static final int APPLICATION = 0;
    static final int AGENT = 1;

    private final SharedMemory block;
    private final SegmentLayout.Owner owner;
    private final long attachment;
    private final Lane applicationLane;
    private final Lane agentLane;
    private final ImmediateRing ring;

    private Link(SharedMemory block, SegmentLayout.Owner owner, int slot) {
        this.block = block;
        this.owner = owner;
        SegmentLayout layout = owner.layout();
        long segment = block.address();
        attachment = segment + layout.attachment(slot);
        applicationLane = new Lane(segment, owner, segment + layout.lane(slot, APPLICATION));
        agentLane = new Lane(segment, owner, segment + layout.lane(slot, AGENT));
        ring = new ImmediateRing(segment + layout.ringHead(slot), segment + layout.ring(slot), layout.ringEntries());
    }

    /** Tries to attach to the endpoint of that name. */
    static Attempt attach(Path path, IpAddress peer, EndpointConfig self) {
        if (!Files.exists(path)) {
            return new Attempt(null, Refusal.ABSENT);
        }
        SharedMemory block;
        try {
            block = SharedMemory.open(path);
        } catch (EnvironmentException e) {
            return new Attempt(null, Files.exists(path) ? Refusal.MALFORMED : Refusal.ABSENT);
        }
        Attempt attempt = new Attempt(null, Refusal.ABSENT);
        try {
            attempt = attach(block, peer, self);
        } catch (IllegalArgumentException e) {
            attempt = new Attempt(null, Refusal.MALFORMED);
        } catch (EnvironmentException e) {
            attempt = new Attempt(null, Refusal.NO_SLOT);
        } finally {
            if (attempt.link == null) {
                block.close(); // and with it a slot's lock
            }
        }
        return attempt;
    }

    private static Attempt attach(SharedMemory block, IpAddress peer, EndpointConfig self) {
        if (!block.isOwnUsers()) {
            return new Attempt(null, Refusal.MALFORMED);
        }
        long segment = block.address();
        Optional<SegmentLayout.Owner> read = SegmentLayout.read(segment, block.sizeBytes());
        if (read.isEmpty() || !block.isHeld(SharedMemory.OWNER) || !SegmentLayout.isOpenAcquire(segment)) {
            return new Attempt(null, Refusal.ABSENT);
        }
        SegmentLayout.Owner owner = read.get();
        if (!owner.address().equals(peer)) {
            return new Attempt(null, Refusal.MALFORMED);
        }
        SegmentLayout layout = owner.layout();
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            long attachment = segment + layout.attachment(slot);
            if (Attachment.stateAcquire(attachment) == Attachment.FREE && block.tryHold(Attachment.role(slot))) {
                if (Attachment.stateAcquire(attachment) != Attachment.FREE) {
                    break; // taken and left again meanwhile: not ours until its owner frees it
                }
                block.reserve(layout.slot(slot), layout.slotBytes());
                Link link = new Link(block, owner, slot);
                Attachment.attach(attachment, self.address(), self.incarnation());
                SegmentLayout.countAttached(segment);
                return new Attempt(link, Refusal.ABSENT);
            }
        }
        return new Attempt(null, Refusal.NO_SLOT);
    }

    int incarnation() {
        return owner.incarnation();
    }

    /** Whether the peer has its endpoint open, as far as it says itself. */
    boolean isOpen() {
        return SegmentLayout.isOpenAcquire(block.address());
    }

    /** Whether the peer's process lives and has its endpoint open, as the kernel says. */
    boolean isHeld(long scratchAddress) {
        return block.isHeld(SharedMemory.OWNER, scratchAddress);
    }

    Lane applicationLane() {
        return applicationLane;
    }

    Lane agentLane() {
        return agentLane;
    }

    ImmediateRing ring() {
        return ring;
    }

    long messagesSent() {
        return applicationLane.messagesSince() + agentLane.messagesSince();
    }

    long bytesSent() {
        return applicationLane.bytesSince() + agentLane.bytesSince();
    }

    /** Lets go of the peer's segment; nobody may use the link any more. */
    void close() {
        Attachment.stateRelease(attachment, Attachment.DETACHED);
        block.close();
    }
}
