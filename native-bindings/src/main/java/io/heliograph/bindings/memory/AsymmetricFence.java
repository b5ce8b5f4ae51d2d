package io.heliograph.bindings.memory;

import io.heliograph.bindings.posix.Posix;
import java.lang.invoke.VarHandle;

/**
 * A full memory fence between threads of different processes whose frequent side costs nothing, because the rare side makes every
 * processor execute one: membarrier(2), {@code MEMBARRIER_CMD_GLOBAL_EXPEDITED}. Any thread.
 *
 * <p>It is used in pairs, as in Dekker's pattern: one thread stores, calls {@link #light} and loads; another stores, calls {@link #heavy}
 * and loads what the first stored. At least one of them sees the other's store, if {@link #isUsable} was true in both processes before.
 */
public final class AsymmetricFence {
    private static final int GLOBAL_EXPEDITED = 1 << 1;
    private static final int REGISTER_GLOBAL_EXPEDITED = 1 << 2;

    /** Registering takes the kernel some milliseconds once there are several threads, so only those pay that ask. */
    private static final class Registration {
        private static final boolean DONE = Posix.membarrier(REGISTER_GLOBAL_EXPEDITED) == 0;
    }

    private AsymmetricFence() {}

    /** Whether the kernel offers it; from then on this process takes part in the {@link #heavy} of others. */
    public static boolean isUsable() {
        return Registration.DONE;
    }

    /**
     * The frequent side. For the processor it is nothing; the compiler moves no access across it: in HotSpot, the fences of {@link
     * VarHandle} keep all memory accesses on their side when it compiles, also those that their specification lets pass.
     */
    public static void light() {
        VarHandle.releaseFence();
        VarHandle.acquireFence();
    }

    /**
     * The rare side: some microseconds.
     *
     * @throws IllegalStateException if the kernel refuses, which it does not where {@link #isUsable}
     */
    public static void heavy() {
        VarHandle.fullFence();
        int result = Posix.membarrier(GLOBAL_EXPEDITED);
        if (result < 0) {
            throw new IllegalStateException("memory barrier of all processors: function=membarrier error="
                    + Posix.describe(result) + "; let the process call membarrier(2)");
        }
        VarHandle.fullFence();
    }
}
