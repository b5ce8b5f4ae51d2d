package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.posix.SharedLibrary;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * libibverbs, loaded once for the life of the process: the way to RDMA devices. Cold path, any thread.
 *
 * <p>Three things can be missing, and are told apart: the library, the kernel's RDMA support, a device.
 */
public final class Verbs {
    private static final String LIBRARY = "libibverbs.so.1";

    private static @Nullable Verbs loaded;

    private final MethodHandle listDevices = listDevicesWithErrno();

    private Verbs() {}

    /**
     * Loads the library, or gives the one that is loaded already.
     *
     * @throws EnvironmentException where it is absent
     */
    public static synchronized Verbs load() {
        Verbs verbs = loaded;
        if (verbs == null) {
            if (!SharedLibrary.open(LIBRARY)) {
                throw new EnvironmentException("libibverbs not found: library=" + LIBRARY
                        + "; install it (Debian: apt install libibverbs1 ibverbs-providers), or use another port");
            }
            SharedLibrary.makeVisible(LIBRARY);
            verbs = new Verbs();
            loaded = verbs;
        }
        return verbs;
    }

    /**
     * Every RDMA device; empty where the kernel could have some and has none.
     *
     * @throws EnvironmentException where the kernel has no RDMA support at all, or refuses
     */
    public List<VerbsDevice> devices() {
        List<VerbsDevice> devices = new ArrayList<>();
        forEachDevice(device -> {
            devices.add(new VerbsDevice(nameOf(device), Long.reverseBytes(verbs_h.ibv_get_device_guid(device))));
            return false;
        });
        return devices;
    }

    /**
     * Opens a device by name.
     *
     * @throws EnvironmentException where there is none of that name, or the process may not
     */
    public VerbsContext open(String name) {
        VerbsContext[] opened = new VerbsContext[1];
        boolean found = forEachDevice(device -> {
            if (!nameOf(device).equals(name)) {
                return false;
            }
            MemorySegment context = verbs_h.ibv_open_device(device);
            if (context.address() == 0) {
                throw new EnvironmentException("RDMA device not opened: device=" + name
                        + "; run as root, or let this user open /dev/infiniband/uverbs*");
            }
            opened[0] = new VerbsContext(name, context);
            return true;
        });
        if (!found) {
            throw new EnvironmentException(
                    "RDMA device not found: device=" + name + " present=" + devices() + "; name one that is present");
        }
        return opened[0];
    }

    @FunctionalInterface
    private interface Visitor {
        /** Says whether this was the one looked for. */
        boolean visit(MemorySegment device);
    }

    /** Device pointers live only as long as the list, opened ones excepted. */
    private boolean forEachDevice(Visitor visitor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment list = listDevices(state, count);
            if (list.address() == 0) {
                throw refusal((int) Linker.Option.captureStateLayout()
                        .varHandle(StructLayout.PathElement.groupElement("errno"))
                        .get(state, 0L));
            }
            try {
                int devices = count.get(ValueLayout.JAVA_INT, 0);
                for (int i = 0; i < devices; i++) {
                    if (visitor.visit(list.getAtIndex(verbs_h.C_POINTER, i))) {
                        return true;
                    }
                }
                return false;
            } finally {
                verbs_h.ibv_free_device_list(list);
            }
        }
    }

    static EnvironmentException refusal(int errno) {
        return errno == Posix.ENOSYS
                ? new EnvironmentException("no RDMA kernel support: error=" + Posix.describe(errno)
                        + "; boot a kernel with ib_uverbs (modprobe ib_uverbs), then add a device, or use another port")
                : new EnvironmentException("RDMA devices not listed: error=" + Posix.describe(errno)
                        + "; check that the process may read /sys/class/infiniband_verbs");
    }

    private static String nameOf(MemorySegment device) {
        return verbs_h.ibv_get_device_name(device).getString(0);
    }

    private MemorySegment listDevices(MemorySegment state, MemorySegment count) {
        try {
            return (MemorySegment) listDevices.invokeExact(state, count);
        } catch (Throwable e) {
            throw new AssertionError("a native call threw", e);
        }
    }

    /** The generated method does not keep errno, which tells a kernel without RDMA from other trouble. */
    @SuppressWarnings("restricted")
    private static MethodHandle listDevicesWithErrno() {
        return Linker.nativeLinker()
                .downcallHandle(
                        verbs_h.ibv_get_device_list$address(),
                        verbs_h.ibv_get_device_list$descriptor(),
                        Linker.Option.captureCallState("errno"));
    }
}
