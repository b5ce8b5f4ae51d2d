package io.heliograph.bindings.verbs;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The function pointers of a context that the hot path calls, as the static inlines of verbs.h do. None of them waits, though a device
 * without a user-space doorbell (Soft-RoCE) makes a system call of each post; a critical call keeps the thread from reaching a safepoint.
 * Pointers and counts travel as {@code long}; what C takes or returns in fewer bits sits in the low ones, those above are noise.
 */
final class HotCalls {
    /** {@code int (*)(struct ibv_qp *, struct ibv_send_wr *, struct ibv_send_wr **)}; post_recv and poll_cq look the same. */
    private static final MethodHandle CALL = handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private HotCalls() {}

    /** Posts a chain of requests: 0, or an errno with the address of the first that was not taken at {@code badRequest}. */
    static int post(MemorySegment function, long queuePair, long firstRequest, long badRequest) {
        return call(function, queuePair, firstRequest, badRequest);
    }

    /** Takes completions: how many there were, or a negative number. */
    static int poll(MemorySegment function, long completionQueue, int max, long completions) {
        return call(function, completionQueue, max, completions);
    }

    /** {@code int (*)(struct ibv_cq *, int solicited_only)}: 0 or an errno. The third argument is one that the function does not take. */
    static int notify(MemorySegment function, long completionQueue) {
        return call(function, completionQueue, 0, 0);
    }

    private static int call(MemorySegment function, long object, long second, long third) {
        try {
            return (int) (long) CALL.invokeExact(function, object, second, third);
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }

    @SuppressWarnings("restricted") // signatures as in struct ibv_context_ops
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor, Linker.Option.critical(false));
    }
}
