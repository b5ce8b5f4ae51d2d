package io.heliograph.emulator.host;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.PortListener;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.endpoint.PacketEndpoint;

/**
 * A host that runs a {@link PacketEndpoint} over its port: its duty cycle is run when frames arrived, when the port has room again, when the endpoint's own deadline comes, and when the application posted something
 * ({@link #wake}).
 *
 * <p>A duty cycle takes no time by itself, but there is a least time from one to the next: 0 makes every frame be looked at in the moment of its arrival; a microsecond, say, what a polling thread with other work does, which then acknowledges
 * several frames at once.
 */
public final class Host implements Actor, PortListener, AutoCloseable {
    /** When an endpoint says that it has work and can do none of it. */
    private static final long RETRY_PS = 1_000_000;

    private final VirtualTime time;
    private final FabricPort port;
    private final PacketEndpoint endpoint;
    private final HostApplication application;
    private final long cyclePs;
    private final int actor;
    private long momentPs = EventQueue.NEVER;
    private long notBeforePs;
    private long cycles;

    private Host(
            Fabric fabric,
            int number,
            EndpointConfig config,
            RandomSource random,
            long cyclePs,
            HostApplication application) {
        time = fabric.time();
        port = fabric.port(number);
        this.cyclePs = cyclePs;
        this.application = application;
        endpoint = PacketEndpoint.open(config, time, random, port);
        actor = time.add(this);
        port.listener(this);
        wake();
    }

    /**
     * Opens an endpoint at a host's port and has it run from now on.
     *
     * @param number of the host in the fabric
     * @param config its address is one of {@link io.heliograph.emulator.fabric.HostAddresses} for this host; choose a window that covers the bandwidth-delay product and the send ring, and no more where there are many peers
     * @param random where keys come from
     * @param cyclePs the least time from one duty cycle to the next
     */
    public static Host open(
            Fabric fabric,
            int number,
            EndpointConfig config,
            RandomSource random,
            long cyclePs,
            HostApplication application) {
        if (cyclePs < 0) {
            throw new IllegalArgumentException("host: cyclePs=" + cyclePs + "; must not be negative");
        }
        return new Host(fabric, number, config, random, cyclePs, application);
    }

    /** Its number in the fabric. */
    public int number() {
        return port.host();
    }

    /** Its endpoint, for posting, polling and counters; {@link #wake} after a post from outside of {@link HostApplication#run}. */
    public PacketEndpoint endpoint() {
        return endpoint;
    }

    /** Its port. */
    public FabricPort port() {
        return port;
    }

    /** How many duty cycles were run. */
    public long cycles() {
        return cycles;
    }

    /** Lets a duty cycle run as soon as may be. */
    public void wake() {
        at(Math.max(time.nowPs(), notBeforePs));
    }

    @Override
    public void arrived(long nowPs) {
        at(Math.max(nowPs, notBeforePs));
    }

    @Override
    public void drained(long nowPs) {
        at(Math.max(nowPs, notBeforePs));
    }

    private void at(long thenPs) {
        if (thenPs < momentPs) {
            momentPs = thenPs;
            time.schedule(actor, thenPs);
        }
    }

    @Override
    public void act(long nowPs) {
        momentPs = EventQueue.NEVER;
        notBeforePs = nowPs + cyclePs;
        cycles++;
        int work = endpoint.doWork();
        application.run(this, nowPs);
        long deadlineNs = endpoint.nextDeadlineNs();
        if (port.waitingFrames() > 0) {
            at(notBeforePs);
        } else if (deadlineNs != Long.MAX_VALUE) {
            at(Math.max(dueAgainPs(deadlineNs * VirtualTime.PS_PER_NS, work, nowPs), notBeforePs));
        }
    }

    /** An endpoint that is due at once is asked again at once if it got on, and not before the port has room if that is what it waits for. */
    private long dueAgainPs(long deadlinePs, int work, long nowPs) {
        if (deadlinePs > nowPs) {
            return deadlinePs;
        }
        if (port.isBackedUp()) {
            return EventQueue.NEVER;
        }
        return work > 0 ? nowPs : nowPs + RETRY_PS;
    }

    /** Closes the endpoint; frames that still arrive are dropped. */
    @Override
    public void close() {
        port.listener(PortListener.NONE);
        time.schedule(actor, EventQueue.NEVER);
        endpoint.close();
        port.close();
    }
}
