package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Rendezvous;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * A communicator of processes on one host: they meet at a rendezvous, and move chunks by direct placement in shared memory. Closes all that it opened.
 */
public final class HostCommunicator implements AutoCloseable {
    /** 198.18.0.0/15 is for benchmarks (RFC 2544); within a domain, addresses are only names. */
    private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16;

    private static final long MOST_PEER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

    private final SharedMemoryEndpoint endpoint;
    private final EndpointCommunicator communicator;

    private HostCommunicator(SharedMemoryEndpoint endpoint, EndpointCommunicator communicator) {
        this.endpoint = endpoint;
        this.communicator = communicator;
    }

    /**
     * Meets the others.
     *
     * @throws io.heliograph.bindings.EnvironmentException if there is no shared memory, or no rendezvous
     * @throws io.heliograph.collectives.CollectiveException if ranks do not come, or contradict each other
     */
    public static HostCommunicator open(RendezvousConfig place, CommunicatorConfig config) {
        SecureRandom random = new SecureRandom();
        try (Rendezvous rendezvous = Rendezvous.join(place, SystemClock.INSTANCE)) {
            byte[] proposal =
                    ByteBuffer.allocate(Long.BYTES).putLong(random.nextLong()).array();
            long name =
                    ByteBuffer.wrap(rendezvous.allGather(proposal).getFirst()).getLong();
            EndpointConfig settings = EndpointConfig.of(IpAddress.ofIpv4(FIRST_ADDRESS + 1 + place.rank()))
                    .withMaxPeers(place.size())
                    .withPeerTimeoutNs(MOST_PEER_TIMEOUT_NS);
            SharedMemoryEndpoint endpoint = SharedMemoryEndpoint.open(
                    settings, SystemClock.INSTANCE, random::nextLong, "collectives-" + Long.toHexString(name));
            try {
                return new HostCommunicator(
                        endpoint,
                        EndpointCommunicator.open(
                                config,
                                Transport.of(endpoint),
                                SystemClock.INSTANCE,
                                place.rank(),
                                place.size(),
                                rendezvous));
            } catch (RuntimeException e) {
                endpoint.close();
                throw e;
            }
        }
    }

    /** What was opened; closed with this. */
    public Communicator communicator() {
        return communicator;
    }

    /** As {@link EndpointCommunicator#algorithm}. */
    public Algorithm algorithm(Collective collective, long partBytes, boolean inPlace) {
        return communicator.algorithm(collective, partBytes, inPlace);
    }

    /** As {@link EndpointCommunicator#choice}. */
    public String choice() {
        return communicator.choice();
    }

    @Override
    public void close() {
        communicator.close();
        endpoint.close();
    }
}
