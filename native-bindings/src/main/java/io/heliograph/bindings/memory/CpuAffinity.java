package io.heliograph.bindings.memory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/**
 * Where the calling thread may run. Threads inherit it from the one that starts them. Platform threads only: a virtual thread would
 * set that of whatever thread carries it.
 */
public final class CpuAffinity {
    /** Enough for the kernel's largest NR_CPUS, 8192; a smaller mask than the kernel's is an error. */
    private static final int MASK_BYTES = 1024;

    private CpuAffinity() {}

    /** CPUs that the calling thread may run on, by number. */
    public static BitSet get() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            int result = Posix.getAffinity(mask);
            if (result < 0) {
                throw new EnvironmentException("CPU affinity not read: error=" + Posix.describe(result)
                        + "; run on Linux with a usual kernel");
            }
            return BitSet.valueOf(mask.asByteBuffer());
        }
    }

    /**
     * Lets the calling thread run on these CPUs only.
     *
     * @throws EnvironmentException where none of them is there or allowed
     */
    public static void set(BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
            mask.copyFrom(MemorySegment.ofArray(cpus.toByteArray()));
            int result = Posix.setAffinity(mask);
            if (result < 0) {
                throw new EnvironmentException("CPU affinity not set: cpus=" + cpus + " error=" + Posix.describe(result)
                        + "; choose among the CPUs this process may use, cpus=" + get());
            }
        }
    }

    /** Pins the calling thread to one CPU until the answer is closed, by the same thread. */
    public static Pinned pin(int cpu) {
        BitSet before = get();
        BitSet one = new BitSet();
        one.set(cpu);
        set(one);
        return new Pinned(before);
    }

    /** A pinned thread; closing lets it run where it could before. */
    public static final class Pinned implements AutoCloseable {
        private final BitSet before;

        private Pinned(BitSet before) {
            this.before = before;
        }

        @Override
        public void close() {
            set(before);
        }
    }
}
