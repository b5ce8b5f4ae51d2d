package io.heliograph.bindings.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The function pointers that the hot path calls, as DPDK's static inlines do. Bounded polls and bursts only: a critical call keeps
 * the thread from reaching a safepoint. Pointers and counts travel as {@code long}; what C takes or returns in fewer bits sits in the
 * low ones, those above are noise.
 */
final class HotCalls {
    /** {@code uint16_t (*)(void *queue, struct rte_mbuf **packets, uint16_t count)}; mempool enqueue and dequeue look the same. */
    private static final MethodHandle BULK = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private HotCalls() {}

    /** Calls a receive or transmit burst; the answer is a count, 0 to 65535. */
    static int burst(MemorySegment function, long queue, long packets, int count) {
        return (int) bulk(function, queue, packets, count) & 0xFFFF;
    }

    /** Calls a mempool's enqueue or dequeue; the answer is 0 or a negative errno. */
    static int mempool(MemorySegment function, long pool, long objects, int count) {
        return (int) bulk(function, pool, objects, count);
    }

    private static long bulk(MemorySegment function, long owner, long array, long count) {
        try {
            return (long) BULK.invokeExact(function, owner, array, count);
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }

    @SuppressWarnings("restricted") // signatures as in rte_ethdev_core.h and rte_mempool.h
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
    }
}
