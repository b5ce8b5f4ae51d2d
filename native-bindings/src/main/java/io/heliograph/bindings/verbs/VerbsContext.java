package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_async_event;
import io.heliograph.bindings.verbs.generated.ibv_context;
import io.heliograph.bindings.verbs.generated.ibv_gid;
import io.heliograph.bindings.verbs.generated.ibv_gid_entry;
import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An RDMA device opened by this process. Every query throws {@link EnvironmentException} where the device refuses it. Closed after all
 * that was made of it.
 */
public final class VerbsContext implements AutoCloseable {
    private final String device;
    private final MemorySegment context;
    private boolean closed;

    VerbsContext(String device, MemorySegment context) {
        this.device = device;
        this.context = context;
    }

    /** The device's name, {@code rxe0}. */
    public String device() {
        return device;
    }

    /** Address of the {@code struct ibv_context}. */
    public long address() {
        return context.address();
    }

    /** A function of the data path. */
    MemorySegment function(long offset) {
        return MemorySegment.ofAddress(NativeMemory.getLong(address() + offset));
    }

    /** What the device can do, asked each time. */
    public DeviceAttributes attributes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(VerbsLayout.DEVICE_ATTR_EX_BYTES, Long.BYTES);
            int returned = ExtendedCalls.queryDevice(context, attributes);
            if (returned == Posix.ENOTSUP || returned == Posix.ENOSYS) {
                // As verbs.h has it: the older function fills the beginning, and what it does not know is not offered.
                returned = verbs_h.ibv_query_device(context, attributes.fill((byte) 0));
            }
            check("ibv_query_device_ex", returned, "");
            return DeviceAttributes.read(attributes);
        }
    }

    /** A port, numbered from 1. */
    public PortAttributes port(int port) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_port_attr.layout());
            check("ibv_query_port", verbs_h.ibv_query_port(context, (byte) port, attributes), " port=" + port);
            return PortAttributes.read(attributes);
        }
    }

    /** Sixteen bytes of a port's GID table; an IPv6 address, or an IPv4 one mapped into IPv6, where the port speaks RoCE v2. */
    public byte[] gid(int port, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gid = arena.allocate(ibv_gid.layout());
            check("ibv_query_gid", ErrnoCalls.queryGid(context, port, index, gid), gidValues(port, index));
            return gid.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The entries of a port's GID table that are not empty. */
    public List<GidEntry> gids(int port) {
        List<GidEntry> gids = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(ibv_gid_entry.layout());
            int size = port(port).gids();
            for (int index = 0; index < size; index++) {
                int returned = verbs_h._ibv_query_gid_ex(context, port, index, entry, 0, ibv_gid_entry.sizeof());
                if (returned != Posix.ENODATA) {
                    check("ibv_query_gid_ex", returned, gidValues(port, index));
                    gids.add(GidEntry.read(entry));
                }
            }
        }
        return gids;
    }

    /** Makes a protection domain. */
    public ProtectionDomain allocateProtectionDomain() {
        return new ProtectionDomain(this, PointerCalls.allocateProtectionDomain(context, values("")));
    }

    /** Makes a completion queue of at least so many entries, to be polled. */
    public CompletionQueue createCompletionQueue(int entries) {
        return createCompletionQueue(entries, MemorySegment.NULL);
    }

    /** Makes a completion queue of at least so many entries, to be polled or waited for. */
    public CompletionQueue createCompletionQueue(int entries, CompletionChannel channel) {
        return createCompletionQueue(entries, channel.segment());
    }

    private CompletionQueue createCompletionQueue(int entries, MemorySegment channel) {
        String values = values(" entries=" + entries);
        return new CompletionQueue(this, PointerCalls.createCompletionQueue(context, entries, channel, values), values);
    }

    /** Makes a channel to wait for completions. */
    public CompletionChannel createCompletionChannel() {
        return new CompletionChannel(device, PointerCalls.createCompletionChannel(context, values("")));
    }

    /**
     * Waits for an asynchronous event of the device and takes it. One thread at a time.
     *
     * @param timeoutMs how long; 0 only looks, negative is for ever
     * @return the event, or null if none came
     */
    public @Nullable AsyncEvent awaitEvent(int timeoutMs) {
        int ready = Posix.awaitReadable(ibv_context.async_fd(context), timeoutMs);
        if (ready < 0) {
            throw Refused.by("poll", -ready, values(""), "keep the device open while a thread waits");
        }
        if (ready == 0) {
            return null;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(ibv_async_event.layout());
            check("ibv_get_async_event", ErrnoCalls.getAsyncEvent(context, event), "");
            AsyncEvent taken = AsyncEvent.read(event);
            verbs_h.ibv_ack_async_event(event);
            return taken;
        }
    }

    private static String gidValues(int port, int index) {
        return " port=" + port + " gid=" + index;
    }

    private String values(String more) {
        return "device=" + device + more;
    }

    private void check(String function, int returned, String more) {
        Refused.check(function, returned, values(more), "check the device's state (rdma link show)");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            check("ibv_close_device", verbs_h.ibv_close_device(context), "");
        }
    }
}
