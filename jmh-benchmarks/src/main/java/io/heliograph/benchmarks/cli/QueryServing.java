package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.InferenceServer;
import io.heliograph.offload.serve.ModelTable;
import io.heliograph.offload.serve.QueryCounter;
import io.heliograph.offload.serve.QueryCounters;
import io.heliograph.offload.serve.QueryPort;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.Port;
import java.util.ArrayList;
import java.util.List;

/** Open ports that answer queries, with an endpoint over them and a thread for each: from here on it serves, until it is closed. */
final class QueryServing implements AutoCloseable {

    private final EnginePorts ports;
    private final PacketEndpoint endpoint;
    private final InferenceServer server;

    /**
     * Wraps ports and starts to serve.
     *
     * @param bare open ports, which are closed with this
     * @param queueEntries queries that may wait at each, a power of two
     * @param queriesPerPoll the most to serve before other frames are looked after
     */
    QueryServing(
            PortOpener opener,
            EnginePorts bare,
            IpAddress own,
            int udpPort,
            ModelTable models,
            int queueEntries,
            int queriesPerPoll) {
        List<QueryPort> serving = new ArrayList<>();
        List<QueryCounters> counters = new ArrayList<>();
        for (Port port : bare.ports()) {
            QueryCounters mine = new QueryCounters();
            counters.add(mine);
            serving.add(new QueryPort(port, own, udpPort, models, serving.size(), queueEntries, queriesPerPoll, mine));
        }
        ports = new EnginePorts(List.copyOf(serving));
        try {
            endpoint = opener.endpoint(ports, true);
        } catch (RuntimeException e) {
            ports.close();
            throw e;
        }
        server = new InferenceServer(endpoint, serving, counters);
    }

    /** What peers tell the endpoint is taken; now and then, by one thread. */
    void poll() {
        server.poll();
    }

    /** A counter of all engines. */
    long count(QueryCounter counter) {
        return server.count(counter);
    }

    @Override
    public void close() {
        server.close();
        endpoint.close();
        ports.close();
    }
}
