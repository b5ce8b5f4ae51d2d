package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.PauseLayout;
import java.util.Arrays;

/** Asks the neighbours of a switch for pauses, as its {@link FlowControl} says: when what came by one port in one class fills too much of the buffer, again before the pause ends, and no longer once it is little. */
final class PauseRequests implements Actor {
    private final Fabric fabric;
    private final VirtualTime time;
    private final int actor;
    private final String name;
    private final long mac;
    private final FlowControl config;
    private final SwitchRoutes routes;
    /** Bytes in the buffer by the port that they came in by and their class. */
    private long[] ingressBytes = new long[0];

    /** When a pause that was asked for is to be renewed, by port and class; {@link EventQueue#NEVER} where none is. */
    private long[] renewalsPs = new long[0];

    private long sent;

    PauseRequests(Fabric fabric, String name, long mac, FlowControl config, SwitchRoutes routes) {
        this.fabric = fabric;
        this.name = name;
        this.mac = mac;
        this.config = config;
        this.routes = routes;
        time = fabric.time();
        actor = time.add(this);
    }

    void start() {
        int queues = routes.count() * PriorityQueues.CLASSES;
        ingressBytes = new long[queues];
        renewalsPs = new long[queues];
        Arrays.fill(renewalsPs, EventQueue.NEVER);
    }

    /** A frame that came by a port takes room in the buffer. */
    void entered(int port, int trafficClass, int wireBytes, long nowPs) {
        if (!config.covers(trafficClass)) {
            return;
        }
        int queue = port * PriorityQueues.CLASSES + trafficClass;
        ingressBytes[queue] += wireBytes;
        if (ingressBytes[queue] > config.xoffBytes() && renewalsPs[queue] == EventQueue.NEVER) {
            ask(queue, nowPs);
        }
    }

    /** A frame that came by a port leaves the buffer. */
    void left(int port, int trafficClass, int wireBytes, long nowPs) {
        if (!config.covers(trafficClass)) {
            return;
        }
        int queue = port * PriorityQueues.CLASSES + trafficClass;
        ingressBytes[queue] -= wireBytes;
        if (ingressBytes[queue] <= config.xonBytes() && renewalsPs[queue] != EventQueue.NEVER) {
            renewalsPs[queue] = EventQueue.NEVER;
            send(routes.link(port), 1 << trafficClass, 0, nowPs);
        }
    }

    private void ask(int queue, long nowPs) {
        Link back = routes.link(queue / PriorityQueues.CLASSES);
        send(back, 1 << queue % PriorityQueues.CLASSES, config.quanta(), nowPs);
        renewalsPs[queue] = nowPs + fabric.pausePs(back, config.quanta()) / 2;
        if (renewalsPs[queue] < time.momentPs(actor)) {
            time.schedule(actor, renewalsPs[queue]);
        }
    }

    private void send(Link back, int classes, int quanta, long nowPs) {
        long frame = fabric.pool().take();
        if (frame == FramePool.NONE) {
            throw new IllegalStateException("frame pool is empty: no pause can be sent: switch=" + name + " frames="
                    + fabric.pool().frames() + "; give the fabric more frames");
        }
        PauseLayout.put(Frame.dataAddress(frame), mac, classes, quanta);
        Frame.lengthBytes(frame, PauseLayout.FRAME_BYTES);
        fabric.reader().describePause(frame);
        fabric.madeBySwitch();
        sent++;
        back.send(frame, PriorityQueues.URGENT, nowPs);
    }

    /** Renews the pauses that are to last. */
    @Override
    public void act(long nowPs) {
        for (int queue = 0; queue < renewalsPs.length; queue++) {
            if (renewalsPs[queue] <= nowPs) {
                ask(queue, nowPs);
            }
        }
        long nextPs = EventQueue.NEVER;
        for (long renewalPs : renewalsPs) {
            nextPs = Math.min(nextPs, renewalPs);
        }
        time.schedule(actor, nextPs);
    }

    /** Pause frames so far, those that end a pause among them. */
    long sent() {
        return sent;
    }
}
