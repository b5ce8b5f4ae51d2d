package io.heliograph.bindings.verbs;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** errno after a call, which the generated methods do not keep. Cold path, any thread. */
final class CallState {
    /** What the first argument of {@link #keepingErrno}'s handles is of. */
    static final StructLayout LAYOUT = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = LAYOUT.varHandle(StructLayout.PathElement.groupElement("errno"));

    private CallState() {}

    /** The errno that the call left. */
    static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    /** The function, with one more argument in front for the state. */
    @SuppressWarnings("restricted") // the descriptors are the generated ones
    static MethodHandle keepingErrno(MemorySegment address, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(address, descriptor, Linker.Option.captureCallState("errno"));
    }
}
