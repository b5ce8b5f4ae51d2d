package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_mempool_cache;
import io.heliograph.bindings.memory.NativeMemory;

/**
 * A registered thread's own part of a {@link Mempool}: the cache that drivers called by this thread use as well. For that thread only.
 * Most calls touch nothing but the cache, whose objects are a stack: what was freed last is still in the processor's caches.
 *
 * <p>Does what {@code rte_mempool_do_generic_get} and {@code rte_mempool_do_generic_put} do (rte_mempool.h), and allocates nothing.
 */
public final class MempoolCache {
    private static final long SIZE = rte_mempool_cache.size$offset();
    private static final long FLUSH_THRESHOLD = rte_mempool_cache.flushthresh$offset();
    private static final long LENGTH = rte_mempool_cache.len$offset();
    private static final long OBJECTS = rte_mempool_cache.objs$offset();
    private static final int LARGEST = dpdk_h.RTE_MEMPOOL_CACHE_MAX_SIZE();

    private final Mempool pool;
    private final long cache;

    MempoolCache(Mempool pool, long cache) {
        this.pool = pool;
        this.cache = cache;
    }

    /** As {@link Mempool#allocateBulk}. */
    public int allocateBulk(long array, int count) {
        int result = take(array, count);
        if (result == 0) {
            Mempool.resetAll(array, count);
        }
        return result;
    }

    /** As {@link Mempool#freeBulk}. */
    public void freeBulk(long array, int count) {
        int threshold = NativeMemory.getInt(cache + FLUSH_THRESHOLD);
        if (count > threshold) {
            pool.enqueue(array, count);
            return;
        }
        int length = NativeMemory.getInt(cache + LENGTH);
        if (length + count > threshold) {
            pool.enqueue(cache + OBJECTS, length);
            length = 0;
        }
        NativeMemory.copy(array, cache + OBJECTS + (long) length * Long.BYTES, (long) count * Long.BYTES);
        NativeMemory.putInt(cache + LENGTH, length + count);
    }

    /** Gives everything in the cache back to the pool, for when this thread is done with it. */
    public void flush() {
        int length = NativeMemory.getInt(cache + LENGTH);
        if (length > 0) {
            pool.enqueue(cache + OBJECTS, length);
            NativeMemory.putInt(cache + LENGTH, 0);
        }
    }

    private int take(long array, int count) {
        int length = NativeMemory.getInt(cache + LENGTH);
        int fromCache = Math.min(count, length);
        int remaining = count - fromCache;
        if (remaining == 0) {
            pop(length, array, fromCache);
            NativeMemory.putInt(cache + LENGTH, length - fromCache);
            return 0;
        }
        pop(length, array, fromCache);
        long rest = array + (long) fromCache * Long.BYTES;
        int size = NativeMemory.getInt(cache + SIZE);
        if (remaining <= LARGEST && pool.dequeue(cache + OBJECTS, size + remaining) == 0) {
            pop(size + remaining, rest, remaining);
            NativeMemory.putInt(cache + LENGTH, size);
            return 0;
        }
        // Few are left: take just what is missing. If that fails the first part is still in the cache.
        int result = pool.dequeue(rest, remaining);
        NativeMemory.putInt(cache + LENGTH, result == 0 ? 0 : fromCache);
        return result;
    }

    /** Moves the last {@code count} of {@code length} objects of the cache, the last one first. */
    private void pop(int length, long array, int count) {
        long from = cache + OBJECTS + (long) length * Long.BYTES;
        for (int i = 0; i < count; i++) {
            from -= Long.BYTES;
            NativeMemory.putLong(array + (long) i * Long.BYTES, NativeMemory.getLong(from));
        }
    }
}
