package io.heliograph.transport.simulation;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;

/** A port around a port that accepts a frame each so often in virtual time, as a device of fixed speed does; what is received passes. */
final class PacedPort implements Port {
    private final Port port;
    private final VirtualClock clock;
    private final long frameNs;
    private long readyNs;

    PacedPort(Port port, VirtualClock clock, long frameNs) {
        this.port = port;
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

    @Override
    public PortInfo info() {
        return port.info();
    }

    @Override
    public int receive(Burst burst) {
        return port.receive(burst);
    }

    @Override
    public int allocate(Burst burst, int count) {
        return port.allocate(burst, count);
    }

    @Override
    public void release(Burst burst) {
        port.release(burst);
    }

    @Override
    public LinkState linkState() {
        return port.linkState();
    }

    @Override
    public PortStatistics statistics() {
        return port.statistics();
    }

    @Override
    public void close() {
        port.close();
    }
}
