package io.heliograph.bindings.verbs;

import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.IntFunction;

/**
 * The functions that make an object and return its pointer, or null and errno. Cold path, any thread. Loaded after {@link Verbs#load()},
 * since that makes the library's symbols visible.
 */
final class PointerCalls {
    private static final MethodHandle OPEN_DEVICE =
            CallState.keepingErrno(verbs_h.ibv_open_device$address(), verbs_h.ibv_open_device$descriptor());
    private static final MethodHandle ALLOC_PD =
            CallState.keepingErrno(verbs_h.ibv_alloc_pd$address(), verbs_h.ibv_alloc_pd$descriptor());
    private static final MethodHandle REG_MR =
            CallState.keepingErrno(verbs_h.ibv_reg_mr$address(), verbs_h.ibv_reg_mr$descriptor());
    private static final MethodHandle CREATE_COMP_CHANNEL = CallState.keepingErrno(
            verbs_h.ibv_create_comp_channel$address(), verbs_h.ibv_create_comp_channel$descriptor());
    private static final MethodHandle CREATE_CQ =
            CallState.keepingErrno(verbs_h.ibv_create_cq$address(), verbs_h.ibv_create_cq$descriptor());
    private static final MethodHandle CREATE_QP =
            CallState.keepingErrno(verbs_h.ibv_create_qp$address(), verbs_h.ibv_create_qp$descriptor());
    private static final MethodHandle CREATE_AH =
            CallState.keepingErrno(verbs_h.ibv_create_ah$address(), verbs_h.ibv_create_ah$descriptor());

    private PointerCalls() {}

    static MemorySegment openDevice(MemorySegment device, String values) {
        return call("ibv_open_device", values, Verbs::whatToDoAfterOpening, state ->
                (MemorySegment) OPEN_DEVICE.invokeExact(state, device));
    }

    static MemorySegment allocateProtectionDomain(MemorySegment context, String values) {
        return call("ibv_alloc_pd", values, "check the device's state (rdma link show)", state ->
                (MemorySegment) ALLOC_PD.invokeExact(state, context));
    }

    static MemorySegment register(MemorySegment domain, long address, long lengthBytes, int access, String values) {
        MemorySegment start = MemorySegment.ofAddress(address);
        return call(
                "ibv_reg_mr",
                values,
                "give mapped memory that may be accessed so, and raise the limit of locked memory (ulimit -l)",
                state -> (MemorySegment) REG_MR.invokeExact(state, domain, start, lengthBytes, access));
    }

    static MemorySegment createCompletionChannel(MemorySegment context, String values) {
        return call(
                "ibv_create_comp_channel",
                values,
                "check the device's state and the limit of open files (ulimit -n)",
                state -> (MemorySegment) CREATE_COMP_CHANNEL.invokeExact(state, context));
    }

    static MemorySegment createCompletionQueue(
            MemorySegment context, int entries, MemorySegment channel, String values) {
        return call(
                "ibv_create_cq", values, "ask for as many entries as the device has (ibv_devinfo -v: max_cqe)", state ->
                        (MemorySegment) CREATE_CQ.invokeExact(state, context, entries, MemorySegment.NULL, channel, 0));
    }

    static MemorySegment createQueuePair(MemorySegment domain, MemorySegment attributes, String values) {
        return call(
                "ibv_create_qp",
                values,
                "ask for what the device has (ibv_devinfo -v: max_qp, max_qp_wr, max_sge)",
                state -> (MemorySegment) CREATE_QP.invokeExact(state, domain, attributes));
    }

    static MemorySegment createAddressHandle(MemorySegment domain, MemorySegment attributes, String values) {
        return call(
                "ibv_create_ah",
                values,
                "check that the address is reachable from the GID's network interface",
                state -> (MemorySegment) CREATE_AH.invokeExact(state, domain, attributes));
    }

    @FunctionalInterface
    private interface Call {
        MemorySegment invoke(MemorySegment state) throws Throwable;
    }

    private static MemorySegment call(String function, String values, String whatToDo, Call call) {
        return call(function, values, _ -> whatToDo, call);
    }

    private static MemorySegment call(String function, String values, IntFunction<String> whatToDo, Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CallState.LAYOUT);
            MemorySegment made;
            try {
                made = call.invoke(state);
            } catch (Throwable e) {
                throw new AssertionError("a native call threw", e);
            }
            if (made.address() == 0) {
                int errno = CallState.errno(state);
                throw Refused.by(function, errno, values, whatToDo.apply(errno));
            }
            return made;
        }
    }
}
