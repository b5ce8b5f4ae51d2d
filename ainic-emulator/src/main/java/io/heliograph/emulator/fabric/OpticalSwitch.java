package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An optical circuit switch: mirrors that join ports in pairs for some time, then in others, as a {@link CircuitSchedule} says. Light passes without being stored, so there is nothing to queue, mark or trim in it.
 *
 * <p>Frames for a circuit that is not there wait where memory is: in the queues of the electrical node in front of the link into this switch, a set of queues for each port they want to leave by. The link sends from the set
 * whose circuit is up, and begins no frame that would not be through before it ends. That is how circuit-switched datacenters keep their time table (RotorNet, SIGCOMM 2017, section 4; TDTCP, SIGCOMM 2022, section 2): nothing is lost. A frame that
 * comes all the same without a circuit, or while mirrors move, is dropped ({@link DropReason#NO_CIRCUIT}), as there is no memory to hold it.
 */
public final class OpticalSwitch implements Node, Actor {
    private static final int DARK = -1;

    private final VirtualTime time;
    private final int actor;
    private final String name;
    private final CircuitSchedule schedule;
    /** The links out, by port. */
    private final List<Link> ports = new ArrayList<>();
    /** For each port in, the queues in front of it, by the port out. */
    private PriorityQueues[][] waiting = new PriorityQueues[0][];

    private final PriorityQueues none = new PriorityQueues();
    private ForwardingTable forwarding = new ForwardingTable(new short[0], new int[1][0]);
    private int slot;
    private boolean moving;
    private long litSincePs;
    private long reconfigurations;

    OpticalSwitch(Fabric fabric, String name, CircuitSchedule schedule) {
        time = fabric.time();
        this.name = name;
        this.schedule = schedule;
        actor = time.add(this);
    }

    int addPort(Link link) {
        ports.add(link);
        return ports.size() - 1;
    }

    /** Begins with the first matching. */
    void start(ForwardingTable table) {
        forwarding = table;
        if (schedule.ports() != ports.size()) {
            throw new IllegalArgumentException("optical switch: name=" + name + " links=" + ports.size()
                    + " but the schedule joins " + schedule.ports() + " ports");
        }
        waiting = new PriorityQueues[ports.size()][ports.size()];
        for (PriorityQueues[] each : waiting) {
            Arrays.setAll(each, i -> new PriorityQueues());
        }
        light(time.nowPs());
    }

    /** Where frames from a link in wait for their circuit. */
    PriorityQueues queues(Link in, int destination) {
        int[] choices = forwarding.ports(destination);
        return choices.length == 0 ? waiting[in.toPort()][in.toPort()] : waiting[in.toPort()][choices[0]];
    }

    @Override
    public void act(long nowPs) {
        if (moving) {
            slot = slot + 1 == schedule.slots() ? 0 : slot + 1;
            light(nowPs);
        } else {
            moving = true;
            reconfigurations++;
            for (Link out : ports) {
                out.reverse().gate(none, nowPs, nowPs);
            }
            time.schedule(actor, nowPs + schedule.reconfigurationPs());
        }
    }

    /** The mirrors stand: circuits are up until they move again. */
    private void light(long nowPs) {
        moving = false;
        litSincePs = nowPs;
        long untilPs = schedule.slots() == 1 ? EventQueue.NEVER : nowPs + schedule.slotPs();
        for (int port = 0; port < ports.size(); port++) {
            int out = schedule.partner(slot, port);
            ports.get(port).reverse().gate(out == DARK ? none : waiting[port][out], untilPs, nowPs);
        }
        time.schedule(actor, untilPs);
    }

    @Override
    public void receive(Link link, long frame, long nowPs) {
        int out = moving ? DARK : schedule.partner(slot, link.toPort());
        long firstBitPs = nowPs - link.serialisationPs(FabricFrame.wireBytes(frame));
        if (out == DARK || firstBitPs < litSincePs) {
            link.drop(frame, DropReason.NO_CIRCUIT, nowPs);
        } else {
            ports.get(out).passThrough(frame, nowPs);
        }
    }

    @Override
    public void departed(Link link, long frame, long nowPs) {
        // Nothing waits here.
    }

    @Override
    public String name() {
        return name;
    }

    int portCount() {
        return ports.size();
    }

    /** The link that frames for a host leave by once they have a circuit; none if it is not reached. */
    public List<Link> linksTowards(int host) {
        int[] choices = forwarding.ports(host);
        return choices.length == 0 ? List.of() : List.of(ports.get(choices[0]));
    }

    /** For which part of all time light that comes in by one link leaves by another. */
    public double lightShare(Link in, Link out) {
        int lit = 0;
        for (int each = 0; each < schedule.slots(); each++) {
            lit += schedule.partner(each, in.toPort()) == out.fromPort() ? 1 : 0;
        }
        double litShare = schedule.slots() == 1
                ? 1
                : (double) schedule.slotPs() / (schedule.slotPs() + schedule.reconfigurationPs());
        return litShare * lit / schedule.slots();
    }

    /** Which of the matchings is in force, or the last that was while mirrors move. */
    public int slot() {
        return slot;
    }

    /** How often mirrors moved. */
    public long reconfigurations() {
        return reconfigurations;
    }

    /** Frames that wait in front of it for circuits, of all links. */
    public long waitingFrames() {
        long sum = 0;
        for (PriorityQueues[] each : waiting) {
            for (PriorityQueues queues : each) {
                sum += queues.frames();
            }
        }
        return sum;
    }
}
