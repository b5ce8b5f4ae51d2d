package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.bootstrap.RendezvousConfig;

/**
 * A communicator of processes on one host: a {@link JobCommunicator} that moves chunks by direct placement in shared memory. Closes all that it opened.
 */
public final class HostCommunicator implements AutoCloseable {
    private final JobCommunicator job;

    private HostCommunicator(JobCommunicator job) {
        this.job = job;
    }

    /**
     * Meets the others.
     *
     * @throws io.heliograph.bindings.EnvironmentException if there is no shared memory, or no rendezvous
     * @throws CollectiveException if ranks do not come, contradict each other, or run on another host
     */
    public static HostCommunicator open(RendezvousConfig place, CommunicatorConfig config) {
        return new HostCommunicator(JobCommunicator.open(place, config, JobTransport.DIRECT));
    }

    /**
     * Meets the others where something else has them meet, a barrier stage of Apache Spark for example.
     *
     * @param exchange gives what ranks gave, five times; used by nobody else meanwhile
     * @throws io.heliograph.bindings.EnvironmentException if there is no shared memory
     * @throws CollectiveException if ranks do not come, contradict each other, or run on another host
     */
    public static HostCommunicator open(int rank, int size, Exchange exchange, CommunicatorConfig config) {
        return new HostCommunicator(JobCommunicator.open(rank, size, exchange, config, JobTransport.DIRECT));
    }

    /** What was opened; closed with this. */
    public Communicator communicator() {
        return job.communicator();
    }

    /** As {@link EndpointCommunicator#algorithm}. */
    public Algorithm algorithm(Collective collective, long partBytes, boolean inPlace) {
        return job.algorithm(collective, partBytes, inPlace);
    }

    /** As {@link EndpointCommunicator#choice}. */
    public String choice() {
        return job.choice();
    }

    @Override
    public void close() {
        job.close();
    }
}
