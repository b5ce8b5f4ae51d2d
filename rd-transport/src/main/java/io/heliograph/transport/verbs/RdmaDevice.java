package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AsyncEvent;
import io.heliograph.bindings.verbs.CompletionChannel;
import io.heliograph.bindings.verbs.CompletionQueue;
import io.heliograph.bindings.verbs.DeviceAttributes;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.MemoryAccess;
import io.heliograph.bindings.verbs.ProtectionDomain;
import io.heliograph.bindings.verbs.QueuePair;
import io.heliograph.bindings.verbs.QueuePairConfig;
import io.heliograph.bindings.verbs.RegisteredMemory;
import io.heliograph.bindings.verbs.Service;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.RdmaPort;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The RDMA device of an endpoint, opened, with the two completion queues that all its RC queue pairs share. Making and registering: any
 * thread.
 */
final class RdmaDevice implements AutoCloseable {
    /** Requests outstanding on one queue pair: a bandwidth-delay product of small messages, as perftest's default of 128 and more. */
    private static final int MOST_SENDS = 512;
    /** Receives posted ahead on one queue pair. */
    private static final int MOST_RECEIVES = 128;
    /** Entries of the receive queue: bounds the queue pairs of others, as each can fill its receives. */
    private static final int MOST_RECEIVE_COMPLETIONS = 1 << 16;

    private final PortSpec.Verbs spec;
    private final RdmaPort port;
    private final int gidIndex;
    private final ProtectionDomain domain;
    private final CompletionChannel channel;
    private final CompletionQueue sendQueue;
    private final CompletionQueue receiveQueue;
    private final int sends;
    private final int receives;
    private final int receivers;

    /**
     * Opens it.
     *
     * @throws EnvironmentException if RDMA support, the device, its port or a RoCE v2 GID that is the endpoint's address is missing
     */
    RdmaDevice(PortSpec.Verbs spec, EndpointConfig config) {
        this.spec = spec;
        port = new RdmaPort(spec);
        try {
            DeviceAttributes device = port.device();
            gidIndex = gidIndexOf(config.address());
            sends = Math.min(MOST_SENDS, device.maxWorkRequests());
            receives = Math.min(Math.min(MOST_RECEIVES, config.receiveSlots()), device.maxWorkRequests());
            int most = Math.min(MOST_RECEIVE_COMPLETIONS, device.maxCompletions());
            receivers = Math.max(1, Math.min(most / receives, config.peerPlaces() * config.workQueues()));
            domain = port.context().allocateProtectionDomain();
            port.whenClosed(domain::close);
            channel = port.context().createCompletionChannel();
            port.whenClosed(channel::close);
            // Every request of a queue pair that breaks completes: senders have no more in flight than fit here.
            sendQueue = port.context()
                    .createCompletionQueue(
                            Math.min(device.maxCompletions(), Math.max(4 * config.submissionEntries(), 4 * sends)),
                            channel);
            port.whenClosed(sendQueue::close);
            receiveQueue = port.context().createCompletionQueue(receivers * receives, channel);
            port.whenClosed(receiveQueue::close);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** See {@link VerbsEndpoint#addressOf}. */
    static IpAddress addressOf(PortSpec.Verbs spec) {
        try (RdmaPort port = new RdmaPort(spec)) {
            IpAddress chosen = null;
            for (GidEntry entry : port.usableGids()) {
                boolean usable = !entry.gid().isLinkLocal();
                if (usable && (chosen == null || entry.gid().isIpv4() && !chosen.isIpv4())) {
                    chosen = new IpAddress(entry.gid().high(), entry.gid().low());
                }
            }
            if (chosen == null) {
                throw new EnvironmentException("RDMA port has no RoCE v2 GID of more than link-local scope: port="
                        + spec + " present=" + port.presentGids() + "; give its network interface an IP address");
            }
            return chosen;
        }
    }

    private int gidIndexOf(IpAddress address) {
        for (GidEntry entry : port.usableGids()) {
            if (entry.gid().high() == address.high() && entry.gid().low() == address.low()) {
                return entry.index();
            }
        }
        throw new EnvironmentException("RDMA port has no RoCE v2 GID of this address: port=" + spec + " address="
                + address + " present=" + port.presentGids()
                + "; give the address of its network interface (scripts/helio ports shows it)");
    }

    /** A queue pair to send through. */
    QueuePair createSender() {
        return domain.createQueuePair(
                new QueuePairConfig(Service.RELIABLE_CONNECTION, sendQueue, sendQueue, sends, 1, 1));
    }

    /** A queue pair that a peer sends through to this node. */
    QueuePair createReceiver() {
        return domain.createQueuePair(
                new QueuePairConfig(Service.RELIABLE_CONNECTION, sendQueue, receiveQueue, 1, receives, 1));
    }

    RegisteredMemory register(long address, long lengthBytes, Set<MemoryAccess> access) {
        return domain.register(address, lengthBytes, access);
    }

    /** Memory of the endpoint's own, given back with the device. */
    RegisteredMemory registerOwn(long address, long lengthBytes) {
        RegisteredMemory memory = register(address, lengthBytes, Set.of(MemoryAccess.LOCAL_WRITE));
        port.whenClosed(memory::close);
        return memory;
    }

    /** See {@link DeviceEvents#next}. */
    @Nullable
    AsyncEvent nextEvent() {
        return port.context().awaitEvent(0);
    }

    /** Whether packets could get anywhere when it was opened. */
    boolean wasUp() {
        return port.attributes().active();
    }

    int port() {
        return spec.port();
    }

    int gidIndex() {
        return gidIndex;
    }

    int mtuBytes() {
        return port.attributes().activeMtuBytes();
    }

    /** Asks for an event of the next completion. Poll both queues afterwards: what came before has none. */
    void requestEvents() {
        sendQueue.requestEvent();
        receiveQueue.requestEvent();
    }

    /** Waits for an event that was asked for, for so long at most. */
    void awaitEvent(int timeoutMs) {
        channel.await(timeoutMs);
    }

    CompletionQueue sendQueue() {
        return sendQueue;
    }

    CompletionQueue receiveQueue() {
        return receiveQueue;
    }

    /** Requests that fit one sending queue pair. */
    int sends() {
        return sends;
    }

    /** Receives posted ahead on one receiving queue pair. */
    int receives() {
        return receives;
    }

    /** Receiving queue pairs that there is room for. */
    int receivers() {
        return receivers;
    }

    /** Gives back everything, in reverse; what the device refuses because it has gone is gone with it. */
    @Override
    public void close() {
        port.close();
    }
}
