package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_mbuf;
import io.heliograph.bindings.dpdk.generated.rte_mempool;
import io.heliograph.bindings.dpdk.generated.rte_mempool_cache;
import io.heliograph.bindings.dpdk.generated.rte_mempool_ops;
import io.heliograph.bindings.dpdk.generated.rte_mempool_ops_table;
import io.heliograph.bindings.dpdk.generated.rte_pktmbuf_pool_private;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pool of packet buffers. {@link #allocateBulk} and {@link #freeBulk} go to the common ring of the pool and may be called by any
 * thread; a thread that polls takes a {@link MempoolCache} of its own instead ({@link DpdkThread#cacheOf}). Neither allocates.
 */
public final class Mempool implements AutoCloseable {
    private static final int LARGEST_CACHE = dpdk_h.RTE_MEMPOOL_CACHE_MAX_SIZE();

    /** A {@code struct rte_mempool_objhdr} on its own cache line. */
    private static final int OBJECT_HEADER_BYTES = 64;

    /** RTE_MAX_LCORE as distributions build it. */
    private static final int LCORES = 128;

    private final long address;
    private final int count;
    private final MemorySegment enqueue;
    private final MemorySegment dequeue;
    private boolean closed;

    private Mempool(DpdkLibrary library, MemorySegment pool, int count) {
        this.address = pool.address();
        this.count = count;
        long operations = library.variable("rte_mempool_ops_table")
                + rte_mempool_ops_table.ops$offset()
                + NativeMemory.getInt(address + rte_mempool.ops_index$offset()) * rte_mempool_ops.sizeof();
        this.enqueue = MemorySegment.ofAddress(NativeMemory.getLong(operations + rte_mempool_ops.enqueue$offset()));
        this.dequeue = MemorySegment.ofAddress(NativeMemory.getLong(operations + rte_mempool_ops.dequeue$offset()));
    }

    static Mempool create(DpdkLibrary library, String name, int count, int cacheSize, int roomBytes) {
        String values = "pool=" + name + " mbufs=" + count + " cache=" + cacheSize + " roomBytes=" + roomBytes;
        if (count <= 0 || cacheSize < 0 || cacheSize > LARGEST_CACHE || 3L * cacheSize / 2 > count) {
            throw new IllegalArgumentException("mempool sizes out of range: " + values + "; the cache is at most "
                    + LARGEST_CACHE + " and two thirds of the pool");
        }
        if (roomBytes < 0 || Mbuf.HEADROOM_BYTES + roomBytes > 0xFFFF) {
            throw new IllegalArgumentException(
                    "mempool room out of range: " + values + "; 0 to " + (0xFFFF - Mbuf.HEADROOM_BYTES));
        }
        MemorySegment pool = createEmpty(name, count, cacheSize, roomBytes);
        if (pool.address() == 0 || dpdk_h.rte_mempool_populate_default(pool) < 0) {
            String error = DpdkLibrary.describe(library.errorNumber());
            dpdk_h.rte_mempool_free(pool);
            throw new EnvironmentException("mempool not created: " + values + " needsBytes="
                    + footprintBytes(count, roomBytes) + " error=" + error
                    + "; give the environment abstraction layer more memory, or take fewer or smaller mbufs");
        }
        dpdk_h.rte_mempool_obj_iter(pool, dpdk_h.rte_pktmbuf_init$address(), MemorySegment.NULL);
        Mempool created = new Mempool(library, pool, count);
        created.checkCacheLayout(cacheSize, values);
        return created;
    }

    /**
     * As {@code rte_pktmbuf_pool_create_by_ops} does, but for one flag: on normal pages no object need keep within a page. Else each
     * has a page of its own, all headers compete for the same few sets of the first-level cache, and AF_XDP, which takes the pool for
     * dense until DPDK 23.11 at least (xdp_umem_configure), drops what is beyond the size it computed.
     */
    private static MemorySegment createEmpty(String name, int count, int cacheSize, int roomBytes) {
        int flags = dpdk_h.rte_eal_has_hugepages() == 0 ? dpdk_h.RTE_MEMPOOL_F_NO_IOVA_CONTIG() : 0;
        int dataBytes = Mbuf.HEADROOM_BYTES + roomBytes;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sizes = arena.allocate(rte_pktmbuf_pool_private.layout());
            rte_pktmbuf_pool_private.mbuf_data_room_size(sizes, (short) dataBytes);
            MemorySegment pool = dpdk_h.rte_mempool_create_empty(
                    arena.allocateFrom(name),
                    count,
                    Math.toIntExact(rte_mbuf.sizeof() + dataBytes),
                    cacheSize,
                    Math.toIntExact(rte_pktmbuf_pool_private.sizeof()),
                    dpdk_h.SOCKET_ID_ANY(),
                    flags);
            if (pool.address() != 0) {
                dpdk_h.rte_mempool_set_ops_byname(pool, dpdk_h.rte_mbuf_best_mempool_ops(), MemorySegment.NULL);
                dpdk_h.rte_pktmbuf_pool_init(pool, sizes);
            }
            return pool;
        }
    }

    /**
     * How much of EAL's memory a pool takes, in bytes: objects in an odd number of cache lines, which spreads them over memory
     * channels, their ring, the caches of all lcores. On huge pages objects keep within a page, which takes a little more.
     *
     * @param roomBytes largest frame that an mbuf takes
     */
    public static long footprintBytes(int count, int roomBytes) {
        long lines = (OBJECT_HEADER_BYTES + rte_mbuf.sizeof() + Mbuf.HEADROOM_BYTES + roomBytes + 63) / 64 | 1;
        long ring = 2L * Long.BYTES * Integer.highestOneBit(count);
        long caches = LCORES * rte_mempool_cache.sizeof();
        return lines * 64 * count + ring + caches;
    }

    /**
     * Takes {@code count} mbufs, each an empty packet of one segment ({@link Mbuf#reset}), or none.
     *
     * @param array address of room for {@code count} pointers
     * @return 0, or a negative errno (-105, ENOBUFS; -2, ENOENT) where the pool has fewer
     */
    public int allocateBulk(long array, int count) {
        int result = dequeue(array, count);
        if (result == 0) {
            resetAll(array, count);
        }
        return result;
    }

    /**
     * Gives {@code count} mbufs back, which must come from this pool, with one reference and one segment each.
     *
     * @param array address of {@code count} pointers
     */
    public void freeBulk(long array, int count) {
        enqueue(array, count);
    }

    /** Gives any packets back, of any pool, with however many references and segments; null pointers are skipped. */
    public static void freePackets(long array, int count) {
        dpdk_h.rte_pktmbuf_free_bulk(MemorySegment.ofAddress(array), count);
    }

    /** Mbufs in the pool now, those in the caches of threads included. Cold path: it looks at every cache. */
    public int available() {
        return dpdk_h.rte_mempool_avail_count(MemorySegment.ofAddress(address));
    }

    /** Mbufs of the pool, in use or not. */
    public int size() {
        return count;
    }

    /** Address of the {@code struct rte_mempool}. */
    public long address() {
        return address;
    }

    /** Frees the pool's memory. No mbuf of it may be in use, nor a device that receives into it be started. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            dpdk_h.rte_mempool_free(MemorySegment.ofAddress(address));
        }
    }

    MemorySegment segment() {
        return MemorySegment.ofAddress(address);
    }

    int dequeue(long array, int count) {
        return HotCalls.mempool(dequeue, address, array, count);
    }

    int enqueue(long array, int count) {
        return HotCalls.mempool(enqueue, address, array, count);
    }

    /** Address of the cache of that lcore, 0 where the pool has none. */
    long cacheAddress(int lcore) {
        return NativeMemory.getInt(address + rte_mempool.cache_size$offset()) == 0
                ? 0
                : NativeMemory.getLong(address + rte_mempool.local_cache$offset()) + lcore * rte_mempool_cache.sizeof();
    }

    static void resetAll(long array, int count) {
        long end = array + (long) count * Long.BYTES;
        for (long pointer = array; pointer != end; pointer += Long.BYTES) {
            Mbuf.reset(NativeMemory.getLong(pointer));
        }
    }

    /** The size of a cache, a build option of DPDK, is not in its soname: look whether the second cache is where it should be. */
    private void checkCacheLayout(int cacheSize, String values) {
        long second = cacheAddress(1);
        if (second != 0
                && (NativeMemory.getInt(second + rte_mempool_cache.size$offset()) != cacheSize
                        || NativeMemory.getInt(second + rte_mempool_cache.len$offset()) != 0)) {
            close();
            throw new EnvironmentException("DPDK built with another RTE_MEMPOOL_CACHE_MAX_SIZE: " + values
                    + " expected=" + LARGEST_CACHE + "; install a DPDK built with the default");
        }
    }
}
