package io.heliograph.benchmarks.session;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.endpoint.EndpointAgent;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the engines of an endpoint working: the thread that calls {@link #turn} if there is one engine, a thread for each if there
 * are several.
 *
 * <p>Close it before the endpoint. {@link #turn} belongs to the endpoint's application thread and allocates nothing.
 */
public final class EngineDrive implements AutoCloseable {

    private static final int SPINS = 100;
    private static final int PARK_NS = 50_000;

    private final Endpoint endpoint;
    private final int engineCount;
    private final List<AgentRunner> runners = new ArrayList<>();
    private final long[] threadIds;
    private volatile @Nullable Throwable failure;

    private EngineDrive(Endpoint endpoint) {
        this.endpoint = endpoint;
        this.engineCount = 1;
        this.threadIds = new long[0];
    }

    private EngineDrive(PacketEndpoint endpoint, int threads, Supplier<IdleStrategy> idle) {
        this.endpoint = endpoint;
        this.engineCount = endpoint.engineCount();
        threadIds = new long[threads];
        for (int engine = 0; engine < threads; engine++) {
            AgentRunner runner = new AgentRunner(idle.get(), this::failed, null, new EndpointAgent(endpoint, engine));
            threadIds[engine] = AgentRunner.startOnThread(runner).threadId();
            runners.add(runner);
        }
    }

    /** An endpoint of one engine, whose work whoever turns does. */
    public static EngineDrive turned(Endpoint endpoint) {
        return new EngineDrive(endpoint);
    }

    /** Engines for measurements: an idle thread spins and then yields. An endpoint that has none is turned. */
    public static EngineDrive spinning(Endpoint endpoint) {
        return endpoint instanceof PacketEndpoint packets
                ? new EngineDrive(packets, threads(packets), EngineDrive::yielding)
                : turned(endpoint);
    }

    /** As {@link #spinning}, with a thread also for a single engine. */
    public static EngineDrive spinningApart(PacketEndpoint endpoint) {
        return new EngineDrive(endpoint, endpoint.engineCount(), EngineDrive::yielding);
    }

    /** Engines that leave the processor to others: an idle thread spins and then sleeps for 50 us at a time. */
    public static EngineDrive parking(PacketEndpoint endpoint) {
        return new EngineDrive(endpoint, threads(endpoint), () -> new BackoffIdleStrategy(SPINS, 0, PARK_NS, PARK_NS));
    }

    private static int threads(PacketEndpoint endpoint) {
        return endpoint.engineCount() == 1 ? 0 : endpoint.engineCount();
    }

    private static IdleStrategy yielding() {
        return new BackoffIdleStrategy(SPINS, Long.MAX_VALUE, PARK_NS, PARK_NS);
    }

    /** The endpoint. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Engines there are. */
    public int engineCount() {
        return engineCount;
    }

    /** Threads of the engines; none if whoever turns does their work. */
    public long[] threadIds() {
        return threadIds.clone();
    }

    /**
     * A duty cycle of the only engine, or nothing where each has its thread.
     *
     * @return a positive count if there was something to do
     * @throws IllegalStateException if an engine's thread threw
     */
    public int turn() {
        if (threadIds.length == 0) {
            return endpoint.doWork();
        }
        if (failure != null) {
            throw new IllegalStateException("an engine's duty cycle failed", failure);
        }
        return 0;
    }

    private void failed(Throwable thrown) {
        failure = thrown;
    }

    /** Ends the threads; the endpoint stays open. */
    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
    }
}
