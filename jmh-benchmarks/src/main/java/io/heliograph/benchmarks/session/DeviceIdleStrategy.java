package io.heliograph.benchmarks.session;

import io.heliograph.transport.verbs.VerbsEndpoint;
import org.agrona.concurrent.IdleStrategy;

/**
 * Spins, yields a little, and then waits for the RDMA device, which does the protocol and needs no thread of ours. A thread that goes on yielding takes as much
 * of a shared processor as others: to the kernel's scheduler time counts, not turns.
 */
final class DeviceIdleStrategy implements IdleStrategy {
    private static final int SPINS = 100;
    private static final int YIELDS = 20;
    // Each wait is twice as long as the last one, as nothing else wakes it: the other end's words wait by as much as
    // they took.
    private static final int SHORTEST_WAIT_MS = 1;
    private static final int LONGEST_WAIT_MS = 64;

    private final VerbsEndpoint endpoint;
    private int turns;
    private int waitMs = SHORTEST_WAIT_MS;

    DeviceIdleStrategy(VerbsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public void idle(int work) {
        if (work > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // yield: correctness does not hang on it
    public void idle() {
        turns++;
        if (turns <= SPINS) {
            Thread.onSpinWait();
        } else if (turns <= SPINS + YIELDS) {
            Thread.yield();
        } else {
            endpoint.awaitCompletion(waitMs);
            waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
        }
    }

    @Override
    public void reset() {
        turns = 0;
        waitMs = SHORTEST_WAIT_MS;
    }
}
