package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A platform thread that DPDK knows by an lcore number, which is what turns its mempool caches on. Registered, used and closed by that
 * same thread; its affinity stays as it is.
 */
public final class DpdkThread implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final int lcore;
    private final List<MempoolCache> caches = new CopyOnWriteArrayList<>();

    private DpdkThread(int lcore) {
        this.lcore = lcore;
    }

    static DpdkThread register(DpdkLibrary library) {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("virtual threads cannot be registered; poll on a platform thread");
        }
        if (lcoreOfThisThread(library) != dpdk_h.LCORE_ID_ANY()) {
            throw new IllegalStateException("thread registered already: thread="
                    + Thread.currentThread().getName() + "; register it once");
        }
        if (dpdk_h.rte_thread_register() != 0) {
            throw new EnvironmentException("thread not registered with DPDK: thread="
                    + Thread.currentThread().getName() + " error=" + DpdkLibrary.describe(library.errorNumber())
                    + "; poll with fewer threads, DPDK has a fixed number of lcores");
        }
        return new DpdkThread(lcoreOfThisThread(library));
    }

    private static int lcoreOfThisThread(DpdkLibrary library) {
        return library.threadLocalInt("per_lcore__lcore_id");
    }

    /** The lcore number. */
    public int lcore() {
        return lcore;
    }

    /**
     * This thread's cache of a pool; it is emptied when the thread is unregistered, so close this before the pool.
     *
     * @throws IllegalArgumentException where the pool was created without caches
     */
    public MempoolCache cacheOf(Mempool pool) {
        checkThread();
        long address = pool.cacheAddress(lcore);
        if (address == 0) {
            throw new IllegalArgumentException("pool has no caches; create it with a cache size");
        }
        MempoolCache cache = new MempoolCache(pool, address);
        caches.add(cache);
        return cache;
    }

    /**
     * Lets go of a cache without emptying it, before its pool is freed while this thread stays registered. Any thread may call it when
     * this one no longer uses the pool.
     */
    public void forget(MempoolCache cache) {
        caches.remove(cache);
    }

    /** Empties this thread's caches into their pools and unregisters it. */
    @Override
    public void close() {
        checkThread();
        caches.forEach(MempoolCache::flush);
        caches.clear();
        dpdk_h.rte_thread_unregister();
    }

    private void checkThread() {
        if (!thread.equals(Thread.currentThread())) {
            throw new IllegalStateException("wrong thread: registered=" + thread.getName() + " calling="
                    + Thread.currentThread().getName());
        }
    }
}
