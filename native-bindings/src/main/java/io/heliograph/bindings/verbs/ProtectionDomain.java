package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.generated.ibv_ah_attr;
import io.heliograph.bindings.verbs.generated.ibv_qp_init_attr;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * What memory, queue pairs and address handles must have in common to be used together ({@code struct ibv_pd}). Set-up, any thread; closed
 * after all that was made of it.
 */
public final class ProtectionDomain implements AutoCloseable {
    private final VerbsContext context;
    private final MemorySegment domain;
    private boolean closed;

    ProtectionDomain(VerbsContext context, MemorySegment domain) {
        this.context = context;
        this.domain = domain;
    }

    /**
     * Lets the device access memory.
     *
     * @param access {@link MemoryAccess#ON_DEMAND} only where {@link DeviceAttributes#onDemand} says so
     * @throws EnvironmentException if it may not, for want of lockable memory above all, or cannot
     */
    public RegisteredMemory register(long address, long lengthBytes, Set<MemoryAccess> access) {
        String values = values() + " address=0x" + Long.toHexString(address) + " lengthBytes=" + lengthBytes
                + " access=" + access;
        if (access.contains(MemoryAccess.ON_DEMAND) && !context.attributes().onDemand()) {
            throw new EnvironmentException(
                    "RDMA device has no on-demand paging: " + values
                            + "; leave ON_DEMAND out, which locks the memory, or take a device that has it (ibv_devinfo -v: odp_caps)");
        }
        return new RegisteredMemory(
                PointerCalls.register(domain, address, lengthBytes, MemoryAccess.flags(access), values), values);
    }

    /**
     * Makes a queue pair, in {@link QueuePairState#RESET}.
     *
     * @throws EnvironmentException if the device has not that many, or not that large ones
     */
    public QueuePair createQueuePair(QueuePairConfig config) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_qp_init_attr.layout());
            config.write(attributes);
            String values = values() + " " + config.values();
            MemorySegment pair = PointerCalls.createQueuePair(domain, attributes, values);
            return new QueuePair(context, pair, config.service());
        }
    }

    /**
     * Makes an address handle for datagrams.
     *
     * @throws EnvironmentException if there is no way there
     */
    public AddressHandle createAddressHandle(AddressVector vector) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_ah_attr.layout());
            vector.write(attributes);
            return new AddressHandle(
                    PointerCalls.createAddressHandle(domain, attributes, values() + " " + vector), vector);
        }
    }

    private String values() {
        return "device=" + context.device();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check(
                    "ibv_dealloc_pd", verbs_h.ibv_dealloc_pd(domain), values(), "close what was made of it first");
        }
    }
}
