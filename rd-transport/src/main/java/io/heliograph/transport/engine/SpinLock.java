package io.heliograph.transport.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Mutual exclusion of the engines of one endpoint for some tens of nanoseconds; free of charge where there is only one engine. Not reentrant.
 *
 * <p>Whoever waits spins, and gives way after a while: the holder's thread may have lost its processor.
 */
final class SpinLock {
    private static final int SPINS_BEFORE_YIELD = 64;
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final boolean shared;

    @SuppressWarnings("unused") // by HELD
    private boolean held;

    /**
     * A lock that is free.
     *
     * @param shared whether more than one thread may come
     */
    SpinLock(boolean shared) {
        this.shared = shared;
    }

    void lock() {
        if (!shared) {
            return;
        }
        if (!HELD.compareAndSet(this, false, true)) {
            lockContended();
        }
    }

    /** Looks before it tries: so the holder keeps the cache line until it is done. */
    @SuppressWarnings("ThreadPriorityCheck") // yield: not for correctness, for the holder's sake
    private void lockContended() {
        int spins = 0;
        while ((boolean) HELD.getOpaque(this) || !HELD.compareAndSet(this, false, true)) {
            if (++spins % SPINS_BEFORE_YIELD == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    void unlock() {
        if (shared) {
            HELD.setRelease(this, false);
        }
    }
}
