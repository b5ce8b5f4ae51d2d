package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.memory.AsymmetricFence;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import java.util.Optional;

/**
 * Where things lie in the shared memory of one endpoint, its segment; native byte order.
 *
 * <pre>
 *    0  magic (64)               "HELIOPUT", stored last, with release
 *    8  version (32)
 *   12  incarnation (32)
 *   16  address (128)            of the owner, big-endian halves as two words
 *   32  base address (64)        where the owner has byte 0 of the segment mapped
 *   40  peer slots (32)
 *   44  entries of an immediate ring (32), a power of two
 *   48  buckets of the region table (32), a power of two
 *   56  memory bytes (64)
 *   64  fence (32)               1 if the owner's fences are {@link AsymmetricFence#heavy}, so that writers' may be light
 *  128  state (32)               1 open, 2 closed; written by the owner
 *  136  generation (64)          counted up by the owner when a region went or the endpoint closes
 *  256  attachments so far (32)  counted up by writers
 * 4096  attachments              32 bytes a slot, see {@link Attachment}
 *       region table             128 bytes a bucket, see {@link PublishedRegions}
 *       slots                    see below
 *       memory                   from a multiple of 2 MiB on: what {@link SharedMemoryEndpoint#allocate} hands out
 * </pre>
 *
 * <p>A slot belongs to one writer, on cache lines (in pairs, which processors prefetch) of their own:
 *
 * <pre>
 *    0  lane of the application's thread, see {@link Lane}
 *  128  lane of the agent's thread
 *  256  immediates taken (64)    written by the owner
 *  384  immediate ring           32 bytes an entry, see {@link ImmediateRing}
 * </pre>
 *
 * @param peerSlots writers at once
 * @param ringEntries immediates of one writer that wait for being polled
 * @param regionBuckets buckets of four regions
 * @param memoryBytes memory to hand out
 */
record SegmentLayout(int peerSlots, int ringEntries, int regionBuckets, long memoryBytes) {
    static final int VERSION = 3;
    static final int OPEN = 1;
    static final int CLOSED = 2;

    static final int LANES = 2;
    static final int LINE_PAIR_BYTES = 128;
    static final int RING_ENTRY_BYTES = 32;
    static final int BUCKET_BYTES = 128;
    static final int HEADER_BYTES = 4096;
    static final long MEMORY_ALIGNMENT = 2L << 20;

    private static final long MAGIC = 0x5455_504f_494c_4548L; // "HELIOPUT" on a little-endian machine

    private static final int VERSION_OFFSET = 8;
    private static final int INCARNATION = 12;
    private static final int ADDRESS_HIGH = 16;
    private static final int ADDRESS_LOW = 24;
    private static final int BASE = 32;
    private static final int PEER_SLOTS = 40;
    private static final int RING_ENTRIES = 44;
    private static final int REGION_BUCKETS = 48;
    private static final int MEMORY_BYTES = 56;
    private static final int FENCE = 64;
    private static final int STATE = 128;
    private static final int GENERATION = 136;
    private static final int ATTACHED = 256;

    private static final int HEAD_IN_SLOT = LANES * LINE_PAIR_BYTES;
    private static final int RING_IN_SLOT = HEAD_IN_SLOT + LINE_PAIR_BYTES;

    private static final int MOST_SLOTS = 1 << 20;
    private static final int MOST_RING_ENTRIES = 1 << 20;
    private static final int MOST_BUCKETS = 1 << 16;
    private static final long MOST_MEMORY_BYTES = 1L << 46;

    SegmentLayout {
        boolean possible = peerSlots >= 1
                && peerSlots <= MOST_SLOTS
                && isPowerOfTwo(ringEntries, MOST_RING_ENTRIES)
                && isPowerOfTwo(regionBuckets, MOST_BUCKETS)
                && memoryBytes >= 1
                && memoryBytes <= MOST_MEMORY_BYTES;
        if (!possible) {
            throw new IllegalArgumentException("layout of shared memory: peerSlots=" + peerSlots + " ringEntries="
                    + ringEntries + " regionBuckets=" + regionBuckets + " memoryBytes=" + memoryBytes);
        }
    }

    private static boolean isPowerOfTwo(int value, int most) {
        return value >= 1 && value <= most && Integer.bitCount(value) == 1;
    }

    /** What a segment's owner says of itself. */
    record Owner(SegmentLayout layout, IpAddress address, int incarnation, long base, boolean fencesHeavily) {}

    long attachment(int slot) {
        return HEADER_BYTES + (long) slot * Attachment.BYTES;
    }

    long regions() {
        return up(attachment(peerSlots), LINE_PAIR_BYTES);
    }

    long slot(int number) {
        return regions() + (long) regionBuckets * BUCKET_BYTES + number * slotBytes();
    }

    long slotBytes() {
        return up(RING_IN_SLOT + (long) ringEntries * RING_ENTRY_BYTES, LINE_PAIR_BYTES);
    }

    long lane(int slot, int lane) {
        return slot(slot) + (long) lane * LINE_PAIR_BYTES;
    }

    long ringHead(int slot) {
        return slot(slot) + HEAD_IN_SLOT;
    }

    long ring(int slot) {
        return slot(slot) + RING_IN_SLOT;
    }

    long memory() {
        return up(slot(peerSlots), MEMORY_ALIGNMENT);
    }

    long totalBytes() {
        return memory() + memoryBytes;
    }

    private static long up(long value, long multiple) {
        return (value + multiple - 1) & -multiple;
    }

    /** Describes a segment that is all zero. */
    void write(long segment, IpAddress address, int incarnation) {
        NativeMemory.putInt(segment + VERSION_OFFSET, VERSION);
        NativeMemory.putInt(segment + INCARNATION, incarnation);
        NativeMemory.putLong(segment + ADDRESS_HIGH, address.high());
        NativeMemory.putLong(segment + ADDRESS_LOW, address.low());
        NativeMemory.putLong(segment + BASE, segment);
        NativeMemory.putInt(segment + PEER_SLOTS, peerSlots);
        NativeMemory.putInt(segment + RING_ENTRIES, ringEntries);
        NativeMemory.putInt(segment + REGION_BUCKETS, regionBuckets);
        NativeMemory.putLong(segment + MEMORY_BYTES, memoryBytes);
        NativeMemory.putInt(segment + FENCE, AsymmetricFence.isUsable() ? 1 : 0);
        NativeMemory.putIntRelease(segment + STATE, OPEN);
        NativeMemory.putLongRelease(segment + MAGIC_OFFSET, MAGIC);
    }

    private static final int MAGIC_OFFSET = 0;

    /**
     * Reads the description of another's segment, once; nothing in it is believed that does not fit the memory.
     *
     * @param sizeBytes of the memory that is there
     * @return empty as long as the owner has not written it
     * @throws IllegalArgumentException if it is not one of this version, or does not fit
     */
    static Optional<Owner> read(long segment, long sizeBytes) {
        long magic = sizeBytes < HEADER_BYTES ? -1 : NativeMemory.getLongAcquire(segment + MAGIC_OFFSET);
        if (magic == 0) {
            return Optional.empty();
        }
        int version = magic == MAGIC ? NativeMemory.getInt(segment + VERSION_OFFSET) : 0;
        if (version != VERSION) {
            throw new IllegalArgumentException("not a segment of this version: magic=0x" + Long.toHexString(magic)
                    + " version=" + version + " expected=" + VERSION);
        }
        SegmentLayout layout = new SegmentLayout(
                NativeMemory.getInt(segment + PEER_SLOTS),
                NativeMemory.getInt(segment + RING_ENTRIES),
                NativeMemory.getInt(segment + REGION_BUCKETS),
                NativeMemory.getLong(segment + MEMORY_BYTES));
        long base = NativeMemory.getLong(segment + BASE);
        IpAddress address = new IpAddress(
                NativeMemory.getLong(segment + ADDRESS_HIGH), NativeMemory.getLong(segment + ADDRESS_LOW));
        int incarnation = NativeMemory.getInt(segment + INCARNATION);
        boolean fits =
                layout.totalBytes() <= sizeBytes && base > 0 && base + layout.totalBytes() > 0 && incarnation != 0;
        if (!fits) {
            throw new IllegalArgumentException("segment contradicts itself: sizeBytes=" + sizeBytes + " base=" + base
                    + " incarnation=" + incarnation + " " + layout);
        }
        boolean fencesHeavily = NativeMemory.getInt(segment + FENCE) == 1;
        return Optional.of(new Owner(layout, address, incarnation, base, fencesHeavily));
    }

    static boolean isOpenAcquire(long segment) {
        return NativeMemory.getIntAcquire(segment + STATE) == OPEN;
    }

    static void closeRelease(long segment) {
        NativeMemory.putIntRelease(segment + STATE, CLOSED);
        nextGenerationRelease(segment);
    }

    /** Owner: what writers remember of the region table, and that the endpoint is open, they must look up again. */
    static void nextGenerationRelease(long segment) {
        NativeMemory.putLongRelease(segment + GENERATION, NativeMemory.getLong(segment + GENERATION) + 1);
    }

    static long generation(long segment) {
        return NativeMemory.getLong(segment + GENERATION);
    }

    static int attachedAcquire(long segment) {
        return NativeMemory.getIntAcquire(segment + ATTACHED);
    }

    static void countAttached(long segment) {
        NativeMemory.getAndAddInt(segment + ATTACHED, 1);
    }
}
