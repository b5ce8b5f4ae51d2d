package io.heliograph.transport.memory;

import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.RandomSource;
import java.util.Arrays;

/**
 * An immutable table of memory regions by key: buckets of four, all four of which every lookup compares without a branch, so that the time it
 * takes tells nothing about the keys (R8.2).
 *
 * <p>Keys are ours to draw: a key whose bucket is full is drawn again, so a bucket never overflows.
 */
public final class RegionTable {
    /** A slot number that stands for no region. */
    public static final int NONE = -1;

    private static final int SLOTS_PER_BUCKET = 4;
    /** Regions that there is room for to begin with. */
    private static final int FIRST_REGIONS = 16;

    private final MemoryRegion[] regions;
    private final long[] addresses;
    private final long[] lengthsBytes;
    private final int[] keys;
    private final int[] live;
    private final int[] access;
    private final int bucketMask;
    private final int size;

    private RegionTable(MemoryRegion[] regions, int bucketCount) {
        this.regions = regions;
        int slots = bucketCount * SLOTS_PER_BUCKET;
        bucketMask = bucketCount - 1;
        addresses = new long[slots];
        lengthsBytes = new long[slots];
        keys = new int[slots];
        live = new int[slots];
        access = new int[slots];
        size = regions.length;
        for (MemoryRegion region : regions) {
            int slot = freeSlot(region.key());
            addresses[slot] = region.address();
            lengthsBytes[slot] = region.lengthBytes();
            keys[slot] = region.key();
            access[slot] = region.access();
            live[slot] = 1;
        }
    }

    /**
     * A table without regions.
     *
     * @param capacity the most regions it will be asked to hold
     */
    public static RegionTable empty(int capacity) {
        return new RegionTable(new MemoryRegion[0], buckets(Math.min(capacity, FIRST_REGIONS)));
    }

    /** Half full at the most, so that a fresh key nearly always finds room. */
    private static int buckets(int regions) {
        return Math.max(1, Integer.highestOneBit(Math.max(1, regions - 1)) * 4 / SLOTS_PER_BUCKET);
    }

    /** The slot of the live region with this key, or {@link #NONE}; the time taken does not depend on the keys. */
    public int find(int key) {
        int first = bucket(key);
        int found = 0;
        for (int slot = first; slot < first + SLOTS_PER_BUCKET; slot++) {
            int difference = keys[slot] ^ key;
            // All ones if the difference is zero and the slot is live, else 0.
            int match = ((difference | -difference) >>> 31) - 1 & -live[slot];
            found |= match & slot + 1;
        }
        return found - 1;
    }

    /** First byte of the region in a slot. */
    public long address(int slot) {
        return addresses[slot];
    }

    /** Length of the region in a slot. */
    public long lengthBytes(int slot) {
        return lengthsBytes[slot];
    }

    /** Permissions of the region in a slot. */
    public int access(int slot) {
        return access[slot];
    }

    /** Whether {@code lengthBytes} bytes from {@code address} on lie within the region in a slot; an empty range may lie at its end. */
    public boolean contains(int slot, long address, long lengthBytes) {
        long offset = address - addresses[slot];
        long room = lengthsBytes[slot] - offset;
        return offset >= 0 && room >= 0 && lengthBytes >= 0 && lengthBytes <= room;
    }

    /** Whether exactly this region is in the table. */
    public boolean contains(MemoryRegion region) {
        int slot = find(region.key());
        return slot != NONE
                && addresses[slot] == region.address()
                && lengthsBytes[slot] == region.lengthBytes()
                && access[slot] == region.access();
    }

    /** Number of regions. */
    public int size() {
        return size;
    }

    /** This table and one more region with a fresh key; the region is the {@link #last}. */
    public RegionTable with(long address, long lengthBytes, int newAccess, RandomSource random) {
        RegionRules.requireSound(address, lengthBytes);
        for (MemoryRegion region : regions) {
            RegionRules.requireApart(region, address, lengthBytes, newAccess);
        }
        int key = (int) random.nextLong();
        while (find(key) != NONE || freeSlot(key) == NONE) {
            key = (int) random.nextLong();
        }
        MemoryRegion[] more = Arrays.copyOf(regions, regions.length + 1);
        more[regions.length] = new MemoryRegion(address, lengthBytes, key, newAccess);
        // More buckets split those there are, so that none overflows.
        return new RegionTable(more, Math.max(bucketMask + 1, buckets(more.length)));
    }

    /** The region added last. */
    public MemoryRegion last() {
        return regions[regions.length - 1];
    }

    /** This table without a region that is in it. */
    public RegionTable without(MemoryRegion region) {
        MemoryRegion[] fewer = new MemoryRegion[regions.length - 1];
        int kept = 0;
        for (MemoryRegion other : regions) {
            if (other.key() != region.key()) {
                fewer[kept++] = other;
            }
        }
        return new RegionTable(fewer, bucketMask + 1);
    }

    private int freeSlot(int key) {
        int first = bucket(key);
        for (int slot = first; slot < first + SLOTS_PER_BUCKET; slot++) {
            if (live[slot] == 0) {
                return slot;
            }
        }
        return NONE;
    }

    private int bucket(int key) {
        return (key & bucketMask) * SLOTS_PER_BUCKET;
    }
}
