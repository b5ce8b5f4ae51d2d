package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_device_attr;
import io.heliograph.bindings.verbs.generated.ibv_gid;
import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An RDMA device opened by this process. Every query throws {@link EnvironmentException} where the device refuses it. */
public final class VerbsContext implements AutoCloseable {
    private final String device;
    private final MemorySegment context;
    private boolean closed;

    VerbsContext(String device, MemorySegment context) {
        this.device = device;
        this.context = context;
    }

    /** Address of the {@code struct ibv_context}. */
    public long address() {
        return context.address();
    }

    public DeviceAttributes attributes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_device_attr.layout());
            check("ibv_query_device", verbs_h.ibv_query_device(context, attributes));
            return DeviceAttributes.read(attributes);
        }
    }

    /** A port, numbered from 1. */
    public PortAttributes port(int port) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_port_attr.layout());
            check("ibv_query_port", verbs_h.ibv_query_port(context, (byte) port, attributes));
            return PortAttributes.read(attributes);
        }
    }

    /** Sixteen bytes of a port's GID table; an IPv6 address, or an IPv4 one mapped into IPv6, where the port speaks RoCE v2. */
    public byte[] gid(int port, int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gid = arena.allocate(ibv_gid.layout());
            check("ibv_query_gid", verbs_h.ibv_query_gid(context, (byte) port, index, gid));
            return gid.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    private void check(String function, int result) {
        if (result != 0) {
            throw new EnvironmentException("RDMA device refused: function=" + function + " device=" + device + " error="
                    + (result < 0 ? "unknown" : Posix.describe(result))
                    + "; check the device's state (rdma link show)");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            check("ibv_close_device", verbs_h.ibv_close_device(context));
        }
    }
}
