package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.EngineDrive;
import io.heliograph.benchmarks.session.Pattern;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import java.util.concurrent.locks.LockSupport;

/**
 * The endpoint of the present epoch, with its peer and the region that messages are written from, and the thread that works for it: a
 * turn sleeps a little if there is nothing to do, for others may want the processor. One thread; a turn allocates nothing.
 */
final class PresentEndpoint {

    private static final long PARK_NS = 50_000;
    private static final int SPINS = 100;
    private static final int POLL_LIMIT = 64;

    private final LiveEndpoint live;
    private final IpAddress peerAddress;
    private final Pattern pattern;
    private EngineDrive engines;
    private Endpoint endpoint;
    private int peer;
    private MemoryRegion source = new MemoryRegion(0, 1, 0, 0);
    private int idleTurns;

    /**
     * @param live makes the endpoints; it and its ports are closed by whoever made it
     * @param pattern what messages consist of
     */
    PresentEndpoint(LiveEndpoint live, IpAddress peerAddress, Pattern pattern) {
        this.live = live;
        this.peerAddress = peerAddress;
        this.pattern = pattern;
        this.engines = live.engines();
        this.endpoint = engines.endpoint();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    int peer() {
        return peer;
    }

    MemoryRegion source() {
        return source;
    }

    long[] engineThreadIds() {
        return engines.threadIds();
    }

    /** Begins an epoch. */
    void open() {
        peer = endpoint.addPeer(peerAddress);
        source = endpoint.register(pattern.memory(), 0);
    }

    /** Ends an epoch whose endpoint goes on. */
    void deregister() {
        endpoint.deregister(source);
    }

    /** Closes the endpoint with all that is under way and opens another, as a new process would. */
    void reopen() {
        engines = live.reopen();
        endpoint = engines.endpoint();
    }

    /** A duty cycle, and completions. */
    void turn(CompletionHandler handler) {
        int work = engines.turn() + endpoint.poll(handler, POLL_LIMIT);
        if (work > 0) {
            idleTurns = 0;
        } else if (++idleTurns < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /** All completions that there are. */
    void pollAll(CompletionHandler handler) {
        while (endpoint.poll(handler, POLL_LIMIT) > 0) {
            // Until nothing is left.
        }
    }
}
