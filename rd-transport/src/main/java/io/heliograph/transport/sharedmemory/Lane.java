package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.AsymmetricFence;
import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.invoke.VarHandle;

/**
 * How one thread of a writer places bytes in a peer's segment, or reads there: one line of it, written by that thread alone.
 *
 * <pre>
 *  0  sequence (64)   odd while the thread looks at the region table and copies or reads; two for each message or read
 *  8  aborted (64)    messages in which a former writer died, or that found the endpoint closed
 * 16  bytes (64)      placed through this lane so far, like the others whoever used it
 * 24  refused (64)    messages and reads, for key, bounds or permission
 * 32  no slot (64)    immediates that found the ring full
 * 40  reads (64)      begun
 * </pre>
 *
 * <p>The sequence is what lets a region go safely. The writer makes it odd, fences, and looks whether the owner's generation is still
 * the one in which it looked the region up; the owner makes the region dead, counts the generation up, fences, and looks whether the
 * sequence is odd (Dekker's pattern, as in epoch-based reclamation). Either the writer looks again and sees the region dead, or the owner
 * sees the writer and waits until the sequence changes or the kernel says that the writer died.
 */
final class Lane {
    private static final int SEQUENCE = 0;
    private static final int ABORTED = 8;
    private static final int BYTES = 16;
    private static final int REFUSED = 24;
    private static final int NO_SLOT = 32;
    private static final int READS = 40;

    private static final long NO_GENERATION = -1;

    /** {@link #place} found the endpoint closed; not a status of {@link CompletionStatus}. */
    static final int CLOSED = -1;

    private static final int SUCCESS = CompletionStatus.SUCCESS;

    private final long lane;
    private final long segment;
    private final PublishedRegions regions;
    /** From an address in the owner's process to one here. */
    private final long shift;

    private final long memoryStart;
    private final long memoryEnd;
    private final long formerMessages;
    private final long formerBytes;
    private final boolean fencesLightly;
    private long sequence;

    // The region that was good last, as long as the owner counts no generation up; whoever uses its key again learns
    // nothing by how long
    // that takes (R8.2).
    private long knownGeneration = NO_GENERATION;
    private int knownKey;
    private long knownStart;
    private long knownEnd;

    // The same for the region that was read last.
    private long readGeneration = NO_GENERATION;
    private int readKey;
    private long readStart;
    private long readEnd;

    // Of the last look.
    private long foundGeneration;
    private long foundStart;
    private long foundEnd;

    /**
     * A lane that nobody else uses now; a former writer may have died in it.
     *
     * @param segment where the peer's segment is mapped here
     * @param owner as read once from the segment
     * @param lane address of the line here
     */
    Lane(long segment, SegmentLayout.Owner owner, long lane) {
        SegmentLayout layout = owner.layout();
        this.lane = lane;
        this.segment = segment;
        this.shift = segment - owner.base();
        this.regions = new PublishedRegions(segment + layout.regions(), layout.regionBuckets());
        this.fencesLightly = owner.fencesHeavily() && AsymmetricFence.isUsable();
        this.memoryStart = owner.base() + layout.memory();
        this.memoryEnd = owner.base() + layout.totalBytes();
        long left = NativeMemory.getLongAcquire(lane + SEQUENCE);
        this.sequence = left + 1 & -2L;
        if ((left & 1) == 1) {
            aborted();
        }
        NativeMemory.putLongRelease(lane + SEQUENCE, sequence);
        this.formerMessages = messages(lane);
        this.formerBytes = bytes(lane);
    }

    /**
     * Copies a message into the peer's region if key, permission and bounds allow.
     *
     * @return a code of {@link CompletionStatus}, or {@link #CLOSED}: nothing was done, and nothing counted
     */
    int place(long sourceAddress, long lengthBytes, long remoteAddress, int key) {
        // In a local, and plain between fences: each check of an address costs the caller a place in the processor's
        // and the compiler's
        // budget (a method that compiles to more than 2,500 bytes is no longer inlined).
        long own = lane;
        long begun = sequence + 1;
        NativeMemory.putLong(own + SEQUENCE, begun);
        if (fencesLightly) {
            AsymmetricFence.light();
        } else {
            VarHandle.fullFence();
        }
        try {
            long generation = SegmentLayout.generation(segment);
            VarHandle.acquireFence();
            if ((generation ^ knownGeneration | key ^ knownKey) != 0) {
                int status = lookToWrite(key);
                if (status != SUCCESS) {
                    return status;
                }
            }
            // Addresses of a process are positive, so that the difference does not overflow.
            if (remoteAddress < knownStart || lengthBytes > knownEnd - remoteAddress) {
                return refused(CompletionStatus.OUT_OF_BOUNDS);
            }
            BulkCopy.copy(sourceAddress, remoteAddress + shift, lengthBytes);
            NativeMemory.putLong(own + BYTES, NativeMemory.getLong(own + BYTES) + lengthBytes);
            return SUCCESS;
        } finally {
            sequence = begun + 1;
            VarHandle.releaseFence();
            NativeMemory.putLong(own + SEQUENCE, begun + 1);
        }
    }

    /**
     * Begins to read the peer's region, if key, permission and bounds allow; the lane is busy until {@link #end}.
     *
     * @param lengthBytes at least 1
     * @return the address here, or a negative code of {@link Post}: nothing was begun
     */
    long beginRead(long remoteAddress, long lengthBytes, int key) {
        NativeMemory.putLong(lane + SEQUENCE, sequence + 1);
        if (fencesLightly) {
            AsymmetricFence.light();
        } else {
            VarHandle.fullFence();
        }
        long generation = SegmentLayout.generation(segment);
        VarHandle.acquireFence();
        int status = (generation ^ readGeneration | key ^ readKey) == 0 ? SUCCESS : lookToRead(key);
        if (status == SUCCESS && (remoteAddress < readStart || lengthBytes > readEnd - remoteAddress)) {
            status = refused(CompletionStatus.OUT_OF_BOUNDS);
        }
        if (status != SUCCESS) {
            end();
            return status == CLOSED ? Post.NOT_ATTACHED : Post.NOT_READABLE;
        }
        NativeMemory.putLongOpaque(lane + READS, NativeMemory.getLong(lane + READS) + 1);
        return remoteAddress + shift;
    }

    /**
     * Begins to write to the peer's region, if key, permission and bounds allow; the lane is busy until {@link #end}. It counts as a message of that length.
     *
     * @param lengthBytes at least 1
     * @return the address here, or a negative code of {@link Post}: nothing was begun
     */
    long beginWrite(long remoteAddress, long lengthBytes, int key) {
        long own = lane;
        NativeMemory.putLong(own + SEQUENCE, sequence + 1);
        if (fencesLightly) {
            AsymmetricFence.light();
        } else {
            VarHandle.fullFence();
        }
        long generation = SegmentLayout.generation(segment);
        VarHandle.acquireFence();
        int status = (generation ^ knownGeneration | key ^ knownKey) == 0 ? SUCCESS : lookToWrite(key);
        if (status == SUCCESS && (remoteAddress < knownStart || lengthBytes > knownEnd - remoteAddress)) {
            status = refused(CompletionStatus.OUT_OF_BOUNDS);
        }
        if (status != SUCCESS) {
            end();
            return status == CLOSED ? Post.NOT_ATTACHED : Post.NOT_WRITABLE;
        }
        NativeMemory.putLong(own + BYTES, NativeMemory.getLong(own + BYTES) + lengthBytes);
        return remoteAddress + shift;
    }

    /**
     * As {@link #beginWrite}, within one that is under way: the lane is busy, and stays so until that ends. It counts as part of that message.
     */
    long beginFurtherWrite(long remoteAddress, long lengthBytes, int key) {
        // The lane was odd before: either this sees a newer generation, or the owner sees the lane odd.
        long generation = SegmentLayout.generation(segment);
        VarHandle.acquireFence();
        int status = (generation ^ knownGeneration | key ^ knownKey) == 0 ? SUCCESS : lookToWrite(key);
        if (status == SUCCESS && (remoteAddress < knownStart || lengthBytes > knownEnd - remoteAddress)) {
            status = CompletionStatus.OUT_OF_BOUNDS;
        }
        if (status != SUCCESS) {
            return status == CLOSED ? Post.NOT_ATTACHED : Post.NOT_WRITABLE;
        }
        NativeMemory.putLong(lane + BYTES, NativeMemory.getLong(lane + BYTES) + lengthBytes);
        return remoteAddress + shift;
    }

    /** Ends what {@link #beginRead} or {@link #beginWrite} began; what was loaded and stored was so before. */
    void end() {
        sequence += 2;
        VarHandle.releaseFence();
        NativeMemory.putLong(lane + SEQUENCE, sequence);
    }

    private int lookToWrite(int key) {
        int status = look(key, MemoryRegion.REMOTE_WRITE);
        if (status == SUCCESS) {
            knownKey = key;
            knownStart = foundStart;
            knownEnd = foundEnd;
            knownGeneration = foundGeneration;
        }
        return status;
    }

    private int lookToRead(int key) {
        int status = look(key, MemoryRegion.REMOTE_READ);
        if (status == SUCCESS) {
            readKey = key;
            readStart = foundStart;
            readEnd = foundEnd;
            readGeneration = foundGeneration;
        }
        return status;
    }

    /** Looks up where the region of a key is, if peers may do this to it. */
    private int look(int key, int access) {
        // First: what is looked at later is at least as new.
        long generation = SegmentLayout.generation(segment);
        VarHandle.acquireFence();
        if (!SegmentLayout.isOpenAcquire(segment)) {
            aborted();
            return CLOSED;
        }
        long bucket = regions.bucket(key);
        int place = PublishedRegions.find(bucket, key);
        if (place == PublishedRegions.NONE) {
            return refused(CompletionStatus.BAD_KEY);
        }
        if ((PublishedRegions.access(bucket, place) & access) == 0) {
            return refused(CompletionStatus.NO_PERMISSION);
        }
        // The table is the peer's word; what lies outside of the mapping is ours.
        long start = PublishedRegions.address(bucket, place);
        long end = start + PublishedRegions.lengthBytes(bucket, place);
        boolean wraps = start < 0 || end < start;
        foundStart = Math.max(start, memoryStart);
        foundEnd = wraps ? 0 : Math.min(end, memoryEnd);
        foundGeneration = generation;
        return SUCCESS;
    }

    private void aborted() {
        NativeMemory.putLongOpaque(lane + ABORTED, NativeMemory.getLong(lane + ABORTED) + 1);
    }

    private int refused(int status) {
        NativeMemory.putLongOpaque(lane + REFUSED, NativeMemory.getLong(lane + REFUSED) + 1);
        return status;
    }

    /** Counts an immediate that found the ring full. */
    void countNoSlot() {
        NativeMemory.putLongOpaque(lane + NO_SLOT, NativeMemory.getLong(lane + NO_SLOT) + 1);
    }

    /** Messages placed by this writer; any thread. */
    long messagesSince() {
        return messages(lane) - formerMessages;
    }

    /** Bytes placed by this writer; any thread. */
    long bytesSince() {
        return bytes(lane) - formerBytes;
    }

    static long sequenceAcquire(long lane) {
        return NativeMemory.getLongAcquire(lane + SEQUENCE);
    }

    static long messages(long lane) {
        long begun = NativeMemory.getLongOpaque(lane + SEQUENCE) >>> 1;
        return begun
                - NativeMemory.getLongOpaque(lane + REFUSED)
                - NativeMemory.getLongOpaque(lane + ABORTED)
                - NativeMemory.getLongOpaque(lane + READS);
    }

    static long bytes(long lane) {
        return NativeMemory.getLongOpaque(lane + BYTES);
    }

    static long refused(long lane) {
        return NativeMemory.getLongOpaque(lane + REFUSED);
    }

    static long noSlot(long lane) {
        return NativeMemory.getLongOpaque(lane + NO_SLOT);
    }
}
