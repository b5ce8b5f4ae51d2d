package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.bootstrap.Rendezvous;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A communicator of processes on one host: they meet at a rendezvous, and move chunks by direct placement in shared memory. Closes all that it opened.
 */
public final class HostCommunicator implements AutoCloseable {
    /** 198.18.0.0/15 is for benchmarks (RFC 2544); within a domain, addresses are only names. */
    private static final int FIRST_ADDRESS = 198 << 24 | 18 << 16;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

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
     * @throws CollectiveException if ranks do not come, contradict each other, or run on another host
     */
    public static HostCommunicator open(RendezvousConfig place, CommunicatorConfig config) {
        try (Rendezvous rendezvous = Rendezvous.join(place, SystemClock.INSTANCE)) {
            return open(place.rank(), place.size(), rendezvous, config);
        }
    }

    /**
     * Meets the others where something else has them meet, a barrier stage of Apache Spark for example.
     *
     * @param exchange gives what ranks gave, twice; used by nobody else meanwhile
     * @throws io.heliograph.bindings.EnvironmentException if there is no shared memory
     * @throws CollectiveException if ranks do not come, contradict each other, or run on another host
     */
    public static HostCommunicator open(int rank, int size, Exchange exchange, CommunicatorConfig config) {
        SecureRandom random = new SecureRandom();
        long host = hostNumber();
        byte[] proposal = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(random.nextLong())
                .putLong(host)
                .array();
        List<byte[]> proposals = exchange.allGather(proposal);
        for (int other = 0; other < proposals.size(); other++) {
            ByteBuffer theirs = ByteBuffer.wrap(proposals.get(other));
            if (theirs.remaining() != proposal.length) {
                throw new CollectiveException(other, "rank " + other + " runs another version; use one version");
            }
            if (theirs.getLong(Long.BYTES) != host) {
                throw new CollectiveException(
                        other,
                        "rank " + other + " runs on another host than rank " + rank
                                + ", which shared memory does not reach; open an EndpointCommunicator over packets");
            }
        }
        long name = ByteBuffer.wrap(proposals.getFirst()).getLong();
        EndpointConfig settings = EndpointConfig.of(IpAddress.ofIpv4(FIRST_ADDRESS + 1 + rank))
                .withMaxPeers(size)
                .withPeerTimeoutNs(MOST_PEER_TIMEOUT_NS);
        SharedMemoryEndpoint endpoint = SharedMemoryEndpoint.open(
                settings, SystemClock.INSTANCE, random::nextLong, "collectives-" + Long.toHexString(name));
        try {
            return new HostCommunicator(
                    endpoint,
                    EndpointCommunicator.open(
                            config, Transport.of(endpoint), SystemClock.INSTANCE, rank, size, exchange));
        } catch (RuntimeException e) {
            endpoint.close();
            throw e;
        }
    }

    /** A number that processes on one host agree on: the kernel's for this boot (random(4)). Nothing else depends on it where the kernel does not say. */
    private static long hostNumber() {
        try {
            UUID boot = UUID.fromString(Files.readString(BOOT_ID).strip());
            return boot.getMostSignificantBits() ^ boot.getLeastSignificantBits();
        } catch (IOException | IllegalArgumentException e) {
            return 0;
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
