package io.heliograph.bindings.verbs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_context;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What verbs.h's static inlines call in the extended part of a context, {@code struct verbs_context}. Cold path, any thread. */
final class ExtendedCalls {
    /** {@code __VERBS_ABI_IS_EXTENDED}. */
    private static final long EXTENDED = -1;

    /** {@code int (*)(struct ibv_context *, const struct ibv_query_device_ex_input *, struct ibv_device_attr_ex *, size_t)}. */
    private static final MethodHandle QUERY_DEVICE =
            handle(FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));

    private ExtendedCalls() {}

    /**
     * {@code ibv_query_device_ex}.
     *
     * @param attributes {@link VerbsLayout#DEVICE_ATTR_EX_BYTES}, zero
     * @return 0 or an errno; {@link Posix#ENOTSUP} where the device's driver is of before 2015 and has no such function
     */
    static int queryDevice(MemorySegment context, MemorySegment attributes) {
        long function = function(context.address(), VerbsLayout.QUERY_DEVICE_EX);
        if (function == 0) {
            return Posix.ENOTSUP;
        }
        try {
            return (int) QUERY_DEVICE.invokeExact(
                    MemorySegment.ofAddress(function), context, MemorySegment.NULL, attributes, attributes.byteSize());
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }

    /** A function of the extended part, 0 if there is none: {@code verbs_get_ctx_op}. */
    static long function(long context, long offset) {
        if (NativeMemory.getLong(context + VerbsLayout.ABI_COMPAT) != EXTENDED) {
            return 0;
        }
        long presentBytes = NativeMemory.getLong(context + VerbsLayout.EXTENDED_BYTES);
        return presentBytes < ibv_context.sizeof() - offset ? 0 : NativeMemory.getLong(context + offset);
    }

    @SuppressWarnings("restricted") // signature as in struct verbs_context
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }
}
