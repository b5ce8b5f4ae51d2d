package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DpdkThread;
import io.heliograph.bindings.dpdk.Eal;
import io.heliograph.bindings.dpdk.Mempool;
import io.heliograph.bindings.dpdk.MempoolCache;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * One thread's use of one port's pool. A thread that DPDK knows has a cache in each pool; one that cannot be registered, since DPDK has
 * a fixed number of lcores, goes without. A thread stays registered while it polls any port.
 */
final class DpdkPoller {
    private static final System.Logger LOGGER = System.getLogger(DpdkPoller.class.getName());
    private static final ThreadLocal<@Nullable Registration> REGISTRATION = new ThreadLocal<>();

    /** The thread's registration and the ports that it polls. */
    private static final class Registration {
        final DpdkThread thread;
        int ports;

        Registration(DpdkThread thread) {
            this.thread = thread;
        }
    }

    private final Mempool pool;
    private final @Nullable Registration registration;
    private final @Nullable MempoolCache cache;

    private DpdkPoller(Mempool pool, @Nullable Registration registration) {
        this.pool = pool;
        this.registration = registration;
        this.cache = registration == null ? null : registration.thread.cacheOf(pool);
    }

    /** The calling thread's, which is registered if it can be. */
    static DpdkPoller of(Eal eal, Mempool pool) {
        Registration registration = REGISTRATION.get();
        if (registration == null) {
            try {
                registration = new Registration(eal.registerThread());
                REGISTRATION.set(registration);
            } catch (EnvironmentException | IllegalStateException e) {
                LOGGER.log(Level.WARNING, "polling without a cache of frames: {0}", e.getMessage());
                return new DpdkPoller(pool, null);
            }
        }
        registration.ports++;
        return new DpdkPoller(pool, registration);
    }

    boolean allocate(long array, int count) {
        return (cache != null ? cache.allocateBulk(array, count) : pool.allocateBulk(array, count)) == 0;
    }

    void free(long array, int count) {
        if (cache != null) {
            cache.freeBulk(array, count);
        } else {
            pool.freeBulk(array, count);
        }
    }

    /** Before the pool is freed. A registration that another thread left behind ends with that thread's process. */
    void close() {
        Registration known = registration;
        if (known == null || cache == null) {
            return;
        }
        boolean sameThread = known == REGISTRATION.get();
        if (sameThread) {
            cache.flush();
        }
        known.thread.forget(cache);
        if (sameThread && --known.ports == 0) {
            REGISTRATION.remove();
            known.thread.close();
        }
    }
}
