package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.transport.Clock;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A port between two processes that outlives the other one: when that has gone, however it ended, the port is opened anew for whoever comes in its place. What was under way then is lost, and so is what the port has no room for: it takes all that it is given to send.
 *
 * <p>Threads as {@link Port}. Whether the other is there is looked at when nothing comes, at most every {@value #LOOK_MS} ms; opening takes some system calls and allocates, nothing else does.
 */
final class RenewedPort implements Port {
    /** How often to look whether the other process is there. */
    static final long LOOK_MS = 10;

    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(LOOK_MS);
    private static final int TURNS_PER_CLOCK = 16;

    private final Supplier<? extends Port> opener;
    private final Clock clock;
    private final PortInfo info;
    private Port port;
    /** Whether the other process was there. */
    private boolean wasUp;
    /** Frames that the caller has. */
    private int lent;

    private int turns;
    private long lookAtNs;
    private long renewals;
    private boolean closed;

    /**
     * Opens a port.
     *
     * @param opener opens it now and again, always of the same kind
     */
    RenewedPort(Supplier<? extends Port> opener, Clock clock) {
        this.opener = opener;
        this.clock = clock;
        port = opener.get();
        info = port.info();
        wasUp = isThere(port.linkState());
        lookAtNs = clock.nowNs() + LOOK_NS;
    }

    private static boolean isThere(LinkState state) {
        return state != LinkState.DOWN;
    }

    /** How often it was opened anew. */
    long renewals() {
        return renewals;
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        int count = port.receive(burst);
        if (count > 0) {
            wasUp = true;
            lent += count;
        } else if (++turns >= TURNS_PER_CLOCK) {
            turns = 0;
            look();
        }
        return count;
    }

    private void look() {
        long nowNs = clock.nowNs();
        if (closed || nowNs - lookAtNs < 0) {
            return;
        }
        lookAtNs = nowNs + LOOK_NS;
        LinkState state = port.linkState();
        if (state == LinkState.PEER_DIED || state == LinkState.DOWN && wasUp) {
            renew();
        } else {
            wasUp = isThere(state);
        }
    }

    private void renew() {
        if (lent > 0) {
            return;
        }
        port.close();
        try {
            port = opener.get();
            wasUp = isThere(port.linkState());
            renewals++;
        } catch (EnvironmentException e) {
            // No memory at present, say: it is tried again at the next look.
            wasUp = true;
        }
    }

    @Override
    public int allocate(Burst burst, int count) {
        int taken = port.allocate(burst, count);
        lent += taken;
        return taken;
    }

    @Override
    public int send(Burst burst) {
        int count = burst.size();
        port.send(burst);
        if (burst.size() > 0) {
            port.release(burst);
        }
        lent -= count;
        return count;
    }

    @Override
    public void release(Burst burst) {
        lent -= burst.size();
        port.release(burst);
    }

    @Override
    public LinkState linkState() {
        return port.linkState();
    }

    /** Of the present one. */
    @Override
    public PortStatistics statistics() {
        return port.statistics();
    }

    @Override
    public void close() {
        closed = true;
        port.close();
    }
}
