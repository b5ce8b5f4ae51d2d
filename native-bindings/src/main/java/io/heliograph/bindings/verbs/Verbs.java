package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.posix.SharedLibrary;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
    /** What to say where the kernel could have devices and has none. */
    public static final String NO_DEVICE =
            "this machine has no RDMA device; Soft-RoCE makes one of any network interface"
                    + " (rdma link add rxe0 type rxe netdev IF)";

    private static final String LIBRARY = "libibverbs.so.1";
    private static final String SYSFS = "path=/sys/class/infiniband_verbs";

    private static @Nullable Verbs loaded;

    private final MethodHandle listDevices =
            CallState.keepingErrno(verbs_h.ibv_get_device_list$address(), verbs_h.ibv_get_device_list$descriptor());

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
            opened[0] = new VerbsContext(name, PointerCalls.openDevice(device, "device=" + name));
            return true;
        });
        if (!found) {
            throw notFound(name, devices());
        }
        return opened[0];
    }

    static EnvironmentException notFound(String name, List<VerbsDevice> present) {
        String rest = present.isEmpty() ? ": " + NO_DEVICE : " present=" + present + "; name one that is present";
        return new EnvironmentException("RDMA device not found: device=" + name + rest);
    }

    @FunctionalInterface
    private interface Visitor {
        /** Says whether this was the one looked for. */
        boolean visit(MemorySegment device);
    }

    /** Device pointers live only as long as the list, opened ones excepted. */
    private boolean forEachDevice(Visitor visitor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CallState.LAYOUT);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment list = listDevices(state, count);
            if (list.address() == 0) {
                throw refusal(CallState.errno(state));
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
                ? new EnvironmentException("no RDMA kernel support: ibv_get_device_list: " + Posix.describe(errno)
                        + "; boot a kernel with ib_uverbs (modprobe ib_uverbs), then add a device, or use another port")
                : Refused.by("ibv_get_device_list", errno, SYSFS, "check that the process may read it");
    }

    /** What to do about a device that did not open. */
    static String whatToDoAfterOpening(int errno) {
        return switch (errno) {
            case Posix.EPERM, Posix.EACCES -> "run as root, or let this user open /dev/infiniband/uverbs*";
            case Posix.EBUSY -> "end who has it for itself";
            case Posix.ENOENT, Posix.ENODEV, Posix.ENXIO ->
                "check that it is still there (rdma link show, ls /dev/infiniband)";
            default -> "check the device's state (rdma link show) and its driver (apt install ibverbs-providers)";
        };
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
}
