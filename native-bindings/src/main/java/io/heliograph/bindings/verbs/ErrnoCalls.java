package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions that return -1 and have the reason in errno, which the generated methods do not keep: here they return 0 or the errno, or -1
 * where the library left none. Cold path, any thread. Loaded after {@link Verbs#load()}, since that makes the library's symbols visible.
 */
final class ErrnoCalls {
    private static final MethodHandle QUERY_GID =
            CallState.keepingErrno(verbs_h.ibv_query_gid$address(), verbs_h.ibv_query_gid$descriptor());
    private static final MethodHandle GET_ASYNC_EVENT =
            CallState.keepingErrno(verbs_h.ibv_get_async_event$address(), verbs_h.ibv_get_async_event$descriptor());
    private static final MethodHandle GET_CQ_EVENT =
            CallState.keepingErrno(verbs_h.ibv_get_cq_event$address(), verbs_h.ibv_get_cq_event$descriptor());

    private ErrnoCalls() {}

    static int queryGid(MemorySegment context, int port, int index, MemorySegment gid) {
        return call(state -> (int) QUERY_GID.invokeExact(state, context, (byte) port, index, gid));
    }

    static int getAsyncEvent(MemorySegment context, MemorySegment event) {
        return call(state -> (int) GET_ASYNC_EVENT.invokeExact(state, context, event));
    }

    /** Puts the queue's address at {@code queue} and that of what its maker gave it at {@code cookie}. */
    static int getCompletionEvent(MemorySegment channel, MemorySegment queue, MemorySegment cookie) {
        return call(state -> (int) GET_CQ_EVENT.invokeExact(state, channel, queue, cookie));
    }

    @FunctionalInterface
    private interface Call {
        int invoke(MemorySegment state) throws Throwable;
    }

    private static int call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CallState.LAYOUT);
            int returned = call.invoke(state);
            int errno = CallState.errno(state);
            return returned == -1 && errno != 0 ? errno : returned;
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }
}
