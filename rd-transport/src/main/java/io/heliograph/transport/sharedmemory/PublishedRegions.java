package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.MemoryRegion;

/**
 * An endpoint's memory regions as its peers see them: a table in shared memory, buckets of four.
 *
 * <pre>
 *   0  live (32)               bit i for place i: stored last when a region comes, first when it goes
 *  16  4 times key (32)
 *  32  4 times address (64)    in the owner's process
 *  64  4 times length (64)
 *  96  4 times access (32)
 * 112  reserved
 * </pre>
 *
 * <p>The owner writes; a bucket never overflows, because {@link io.heliograph.transport.memory.RegionTable} draws keys for no more
 * buckets than these. A reader looks while its {@link Lane} is busy, so that no slot that it found live is used for another region
 * before it is done. It compares all four keys of a bucket without a branch (R8.2).
 */
final class PublishedRegions {
    static final int NONE = -1;

    private static final int PER_BUCKET = 4;
    private static final int LIVE = 0;
    private static final int KEY = 16;
    private static final int ADDRESS = 32;
    private static final int LENGTH = 64;
    private static final int ACCESS = 96;

    private final long table;
    private final int mask;

    /** The owner's or a reader's view of the table at {@code table}. */
    PublishedRegions(long table, int buckets) {
        this.table = table;
        this.mask = buckets - 1;
    }

    /** Buckets enough for that many regions. */
    static int buckets(int maxRegions) {
        return Math.max(1, Integer.highestOneBit(2 * maxRegions - 1));
    }

    long bucket(int key) {
        return table + (long) (key & mask) * SegmentLayout.BUCKET_BYTES;
    }

    /** The place of the live region with this key in its bucket, or {@link #NONE}; the time taken does not depend on the keys. */
    static int find(long bucket, int key) {
        // Live first: keys that are read after it are at least as new.
        int live = NativeMemory.getIntAcquire(bucket + LIVE);
        int found = 0;
        for (int place = 0; place < PER_BUCKET; place++) {
            int difference = NativeMemory.getInt(bucket + KEY + 4L * place) ^ key;
            int match = ((difference | -difference) >>> 31) - 1 & -(live >>> place & 1);
            found |= match & place + 1;
        }
        return found - 1;
    }

    static long address(long bucket, int place) {
        return NativeMemory.getLong(bucket + ADDRESS + 8L * place);
    }

    static long lengthBytes(long bucket, int place) {
        return NativeMemory.getLong(bucket + LENGTH + 8L * place);
    }

    /** What peers may do, of {@link MemoryRegion}. */
    static int access(long bucket, int place) {
        return NativeMemory.getInt(bucket + ACCESS + 4L * place);
    }

    /** Owner: lets peers see a region. */
    void publish(MemoryRegion region) {
        long bucket = bucket(region.key());
        int live = NativeMemory.getInt(bucket + LIVE);
        int place = Integer.numberOfTrailingZeros(~live);
        if (place >= PER_BUCKET) {
            throw new AssertionError("bucket of regions overflows: key=" + region.key());
        }
        NativeMemory.putInt(bucket + KEY + 4L * place, region.key());
        NativeMemory.putLong(bucket + ADDRESS + 8L * place, region.address());
        NativeMemory.putLong(bucket + LENGTH + 8L * place, region.lengthBytes());
        NativeMemory.putInt(bucket + ACCESS + 4L * place, region.access());
        NativeMemory.putIntRelease(bucket + LIVE, live | 1 << place);
    }

    /** Owner: no look from now on finds the region; looks under way are the caller's to wait for. */
    void withdraw(MemoryRegion region) {
        long bucket = bucket(region.key());
        int place = find(bucket, region.key());
        if (place != NONE) {
            int live = NativeMemory.getInt(bucket + LIVE);
            NativeMemory.putIntRelease(bucket + LIVE, live & ~(1 << place));
        }
    }
}
