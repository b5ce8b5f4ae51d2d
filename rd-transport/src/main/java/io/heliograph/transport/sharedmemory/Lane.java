package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;

/**
 * How one thread of a writer places bytes in a peer's segment: one line of it, written by that thread alone.
 *
 * <pre>
 *  0  sequence (64)   odd while the thread looks at the region table and copies; two for each message
 *  8  aborted (64)    messages in which a former writer died
 * 16  bytes (64)      placed through this lane so far, like the others whoever used it
 * 24  refused (64)    messages, for key, bounds or permission
 * 32  no slot (64)    immediates that found the ring full
 * </pre>
 *
 * <p>The sequence is what lets a region go safely. The writer makes it odd, fences, and looks whether the region is live; the owner
 * makes the region dead, fences, and looks whether the sequence is odd (Dekker's pattern, as in epoch-based reclamation). Either the
 * writer sees the region dead, or the owner sees the writer and waits until the sequence changes or the kernel says that the writer died.
 */
final class Lane {
    private static final int SEQUENCE = 0;
    private static final int ABORTED = 8;
    private static final int BYTES = 16;
    private static final int REFUSED = 24;
    private static final int NO_SLOT = 32;

    private final long lane;
    private final PublishedRegions regions;
    private final long segment;
    private final long base;
    private final long memoryStart;
    private final long memoryEnd;
    private final long formerMessages;
    private final long formerBytes;
    private long sequence;

    // The key that was good last: whoever uses it again learns nothing by how long that takes (R8.2).
    private int knownKey;
    private int knownPlace;
    private long bytes;

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
        this.base = owner.base();
        this.regions = new PublishedRegions(segment + layout.regions(), layout.regionBuckets());
        this.memoryStart = layout.memory();
        this.memoryEnd = layout.totalBytes();
        long left = NativeMemory.getLongAcquire(lane + SEQUENCE);
        this.sequence = left + 1 & -2L;
        this.bytes = NativeMemory.getLong(lane + BYTES);
        if ((left & 1) == 1) {
            NativeMemory.putLong(lane + ABORTED, NativeMemory.getLong(lane + ABORTED) + 1);
        }
        NativeMemory.putLongRelease(lane + SEQUENCE, sequence);
        this.formerMessages = messages(lane);
        this.formerBytes = bytes;
    }

    /** Copies a message into the peer's region if key, permission and bounds allow; returns a code of {@link CompletionStatus}. */
    int place(long sourceAddress, long lengthBytes, long remoteAddress, int key) {
        NativeMemory.putLongVolatile(lane + SEQUENCE, sequence + 1);
        try {
            return checkAndCopy(sourceAddress, lengthBytes, remoteAddress, key);
        } finally {
            sequence += 2;
            NativeMemory.putLongRelease(lane + SEQUENCE, sequence);
        }
    }

    private int checkAndCopy(long sourceAddress, long lengthBytes, long remoteAddress, int key) {
        long bucket = regions.bucket(key);
        int place =
                key == knownKey && PublishedRegions.isAt(bucket, knownPlace, key) ? knownPlace : lookUp(bucket, key);
        if (place == PublishedRegions.NONE) {
            return refused(CompletionStatus.BAD_KEY);
        }
        if (!PublishedRegions.isWritable(bucket, place)) {
            return refused(CompletionStatus.NO_PERMISSION);
        }
        long inRegion = remoteAddress - PublishedRegions.address(bucket, place);
        long inSegment = remoteAddress - base;
        // The table is the peer's word; what lies outside of the mapping is ours.
        if (!isWithin(inRegion, lengthBytes, 0, PublishedRegions.lengthBytes(bucket, place))
                || !isWithin(inSegment, lengthBytes, memoryStart, memoryEnd)) {
            return refused(CompletionStatus.OUT_OF_BOUNDS);
        }
        BulkCopy.copy(sourceAddress, segment + inSegment, lengthBytes);
        NativeMemory.putLongOpaque(lane + BYTES, bytes += lengthBytes);
        return CompletionStatus.SUCCESS;
    }

    private int lookUp(long bucket, int key) {
        int place = PublishedRegions.find(bucket, key);
        if (place != PublishedRegions.NONE) {
            knownKey = key;
            knownPlace = place;
        }
        return place;
    }

    /** Whether a range of a length that is not negative lies between two offsets; an empty one may lie at the end. */
    private static boolean isWithin(long offset, long lengthBytes, long start, long end) {
        return offset >= start && offset <= end && lengthBytes <= end - offset;
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
        return begun - NativeMemory.getLongOpaque(lane + REFUSED) - NativeMemory.getLongOpaque(lane + ABORTED);
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
