package io.heliograph.emulator.experiment;

import io.heliograph.transport.rate.RatePolicyFactory;

/** The controller of a run, and the policies of the hosts that obey it. The fabric's thread. */
public interface SlotControl extends AutoCloseable {
    /**
     * The policy of a host that sends what it is granted.
     *
     * @param others of the flows that the controller does not decide on
     */
    RatePolicyFactory policy(int host, RatePolicyFactory others);

    /**
     * The controller is dead from one time on, and another that knows nothing begins at another. Before the first time comes.
     *
     * @param fromPs in the fabric's time
     */
    void dead(long fromPs, long untilPs);

    /** What it did so far. */
    SlotFigures figures();

    /** After the hosts' endpoints. */
    @Override
    void close();
}
