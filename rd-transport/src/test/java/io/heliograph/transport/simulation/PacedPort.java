package io.heliograph.transport.simulation;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;

/** A port around a port that accepts a frame each so often in virtual time, as a device of fixed speed does; what is received passes. */
final class PacedPort extends PortWrapper {
    private final VirtualClock clock;
    private final long frameNs;
    private long readyNs;

    PacedPort(Port port, VirtualClock clock, long frameNs) {
        super(port);
        this.clock = clock;
        this.frameNs = frameNs;
    }

    @Override
    public int send(Burst burst) {
        long nowNs = clock.nowNs();
        // What was not used is not saved, but for the fraction of a frame since the last look.
        readyNs = Math.max(readyNs, nowNs - frameNs);
        int due = (int) Math.min(burst.size(), (nowNs - readyNs) / frameNs);
        if (due == 0) {
            return 0;
        }
        int later = burst.size();
        burst.size(due);
        int sent = port.send(burst);
        // The frames that were not due follow those that were not taken.
        int left = burst.size();
        burst.size(left + later - due);
        for (int i = 0; i < later - due; i++) {
            burst.frame(left + i, burst.frame(due + i));
        }
        readyNs += sent * frameNs;
        return sent;
    }
}
