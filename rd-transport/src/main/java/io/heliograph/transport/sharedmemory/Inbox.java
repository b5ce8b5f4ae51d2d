package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import org.jspecify.annotations.Nullable;

/** The owner's end of a slot that a writer took: hands out its immediates, and knows when the writer is gone. */
final class Inbox implements Completion {
    /** How a writer is seen. */
    enum Writer {
        /** Attached. */
        HERE,
        /** Said that it leaves. */
        LEFT,
        /** Its process ended without a word. */
        DIED
    }

    private final SharedMemory block;
    private final int slot;
    private final int peer;
    private final int incarnation;
    private final long attachment;
    private final long headAddress;
    private final long entries;
    private final int mask;
    private boolean isHeld;
    private @Nullable Inbox predecessor;
    private int endStatus = CompletionStatus.PEER_GONE;
    private long head;
    private long entry;
    private volatile Writer writer = Writer.HERE;
    private boolean freed;

    /**
     * @param isHeld whether an event of the peer, or its former self's immediates, come first
     * @param predecessor of the peer's former self, if it still has immediates
     */
    Inbox(
            SharedMemory block,
            SegmentLayout layout,
            int slot,
            int peer,
            int incarnation,
            boolean isHeld,
            @Nullable Inbox predecessor) {
        this.block = block;
        this.slot = slot;
        this.peer = peer;
        this.incarnation = incarnation;
        this.isHeld = isHeld;
        this.predecessor = predecessor;
        attachment = block.address() + layout.attachment(slot);
        headAddress = block.address() + layout.ringHead(slot);
        entries = block.address() + layout.ring(slot);
        mask = layout.ringEntries() - 1;
        head = NativeMemory.getLongAcquire(headAddress);
    }

    int slot() {
        return slot;
    }

    int incarnation() {
        return incarnation;
    }

    /**
     * Application: hands out immediates, at most {@code limit}.
     *
     * @param eventsTaken whether all events that came before were handed out
     */
    int poll(CompletionHandler handler, int limit, boolean eventsTaken) {
        if (isHeld && !mayBegin(eventsTaken)) {
            return 0;
        }
        int count = 0;
        while (count < limit) {
            long next = entries + (head & mask) * SegmentLayout.RING_ENTRY_BYTES;
            if (NativeMemory.getLongAcquire(next + ImmediateRing.SEQUENCE) != head + 1) {
                break;
            }
            entry = next;
            head++;
            count++;
            handler.onCompletion(this);
        }
        if (count > 0) {
            NativeMemory.putLongRelease(headAddress, head);
        }
        return count;
    }

    /** A restarted peer's immediates come after its former self's and after the event. */
    private boolean mayBegin(boolean eventsTaken) {
        if (!eventsTaken || predecessor != null && !predecessor.freed) {
            return false;
        }
        predecessor = null;
        isHeld = false;
        return true;
    }

    /** Application: whether all was handed out. */
    boolean isEmpty() {
        long next = entries + (head & mask) * SegmentLayout.RING_ENTRY_BYTES;
        return NativeMemory.getLongAcquire(next + ImmediateRing.SEQUENCE) != head + 1;
    }

    /** Agent: asks whether the writer is still there. */
    void look(long scratchAddress) {
        if (writer == Writer.HERE && !isHere(scratchAddress)) {
            // Who leaves says so before it lets go.
            writer = Attachment.stateAcquire(attachment) == Attachment.DETACHED ? Writer.LEFT : Writer.DIED;
        }
    }

    private boolean isHere(long scratchAddress) {
        return block.isHeld(Attachment.role(slot), scratchAddress);
    }

    Writer writer() {
        return writer;
    }

    /** Application: the same peer's next self is here already. */
    void restarted() {
        endStatus = CompletionStatus.PEER_RESTARTED;
    }

    /** With which status the application is told of the end, if it is. */
    int endStatus() {
        return endStatus;
    }

    boolean isRestarted() {
        return endStatus == CompletionStatus.PEER_RESTARTED;
    }

    /** Application: makes the slot free for another writer; all immediates of a gone writer were handed out. */
    void free() {
        freed = true;
        Attachment.stateRelease(attachment, Attachment.FREE);
    }

    @Override
    public int kind() {
        return IMMEDIATE;
    }

    @Override
    public int status() {
        return CompletionStatus.SUCCESS;
    }

    @Override
    public int peer() {
        return peer;
    }

    @Override
    public int queue() {
        return NativeMemory.getInt(entry + ImmediateRing.QUEUE) & 0xffff;
    }

    @Override
    public long cookie() {
        return 0;
    }

    @Override
    public int immediate() {
        return NativeMemory.getInt(entry + ImmediateRing.IMMEDIATE);
    }

    @Override
    public long lengthBytes() {
        return NativeMemory.getLong(entry + ImmediateRing.LENGTH);
    }
}
