package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;

/** How long packets beyond the receiver's window wait: twice as long each time that nothing got through meanwhile (R4.3). */
final class WindowWait {
    private long waitNs;
    private long sinceNs = Long.MIN_VALUE;

    /**
     * The wait of a packet that is refused now.
     *
     * @param progressNs when something new was last acknowledged
     */
    long refusedNs(long nowNs, long progressNs) {
        if (progressNs >= sinceNs) {
            waitNs = Tunables.NO_RESOURCE_WAIT_NS;
            sinceNs = nowNs;
        } else if (nowNs - sinceNs >= waitNs) {
            waitNs = Math.min(2 * waitNs, Tunables.MAX_RTO_NS);
            sinceNs = nowNs;
        }
        return waitNs;
    }
}
