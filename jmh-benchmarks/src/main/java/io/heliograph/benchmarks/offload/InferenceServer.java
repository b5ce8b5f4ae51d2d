package io.heliograph.benchmarks.offload;

import io.heliograph.offload.serve.QueryCounter;
import io.heliograph.offload.serve.QueryCounters;
import io.heliograph.offload.serve.QueryPort;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint whose engines poll ports that answer queries, a thread for each engine: what {@code serve-inference} runs. The endpoint is there so that address resolution and the transport go on
 * over the same port.
 */
public final class InferenceServer implements AutoCloseable {

    private static final int SPINS = 100;
    private static final int YIELDS = 10_000;
    private static final long LEAST_PARK_NS = 1_000;
    private static final long MOST_PARK_NS = 50_000;
    private static final int POLL_LIMIT = 64;

    private final PacketEndpoint endpoint;
    private final List<QueryCounters> counters;
    private final List<AgentRunner> runners = new ArrayList<>();
    private volatile @Nullable Throwable failure;

    /**
     * Starts the threads.
     *
     * @param endpoint over the ports; closed by the caller, after this
     * @param ports one for each engine
     * @param counters one for each engine
     */
    public InferenceServer(PacketEndpoint endpoint, List<QueryPort> ports, List<QueryCounters> counters) {
        this.endpoint = endpoint;
        this.counters = List.copyOf(counters);
        for (int engine = 0; engine < ports.size(); engine++) {
            AgentRunner runner = new AgentRunner(
                    new BackoffIdleStrategy(SPINS, YIELDS, LEAST_PARK_NS, MOST_PARK_NS),
                    thrown -> failure = thrown,
                    null,
                    new EngineAgent(endpoint, ports.get(engine), engine));
            AgentRunner.startOnThread(runner);
            runners.add(runner);
        }
    }

    /** One engine: its duty cycle polls the port, which serves. */
    private record EngineAgent(PacketEndpoint endpoint, QueryPort port, int engine) implements Agent {

        @Override
        public int doWork() {
            long before = port.handled();
            int work = endpoint.doWork(engine);
            return work + (int) Math.min(Integer.MAX_VALUE - work, port.handled() - before);
        }

        @Override
        public String roleName() {
            return "serve-inference-" + engine;
        }
    }

    /**
     * Takes what peers tell the endpoint; now and then, by one thread.
     *
     * @throws IllegalStateException if an engine's thread threw
     */
    public void poll() {
        if (failure != null) {
            throw new IllegalStateException("an engine's duty cycle failed", failure);
        }
        endpoint.poll(completion -> {}, POLL_LIMIT);
    }

    /** A counter of all engines; any thread. */
    public long count(QueryCounter counter) {
        long sum = 0;
        for (QueryCounters each : counters) {
            sum += each.get(counter);
        }
        return sum;
    }

    /** Ends the threads. */
    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
    }
}
