package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.PauseLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An output-queued switch: chooses the port for each frame by its destination and, among equal ones, by its flow hash; admits it to the shared buffer, or trims or drops it; marks it; and pauses who sends too much.
 *
 * <p>What happens to a frame is all in {@link #receive}. The queues themselves are the links'.
 */
public final class Switch implements Node, Actor {
    private static final int CLASSES = 8;
    private static final int DSCP_SHIFT = 3;

    private final Fabric fabric;
    private final VirtualTime time;
    private final int actor;
    private final String name;
    private final SwitchConfig config;
    private final SeededRandom random;
    private final int hashSeed;
    private final long mac;
    private final List<Link> links = new ArrayList<>();
    private Link[] ports = new Link[0];
    private ForwardingTable forwarding = new ForwardingTable(new short[0], new int[1][0]);

    private final @Nullable Trimming trimming;
    private final @Nullable FlowControl flowControl;
    private final @Nullable EcnMarking thresholds;
    private final EcnMarking.@Nullable Sharp sharp;
    /** By port and class; made when a first frame leaves. */
    private @Nullable EcnSharpQueue[] sharpQueues = new EcnSharpQueue[0];

    private long usedBytes;
    private long mostUsedBytes;
    /** Bytes in the buffer by the port that they came in by and their class; only with flow control. */
    private long[] ingressBytes = new long[0];

    /** When a pause that was asked for is to be renewed, by port and class; {@link EventQueue#NEVER} where none is. */
    private long[] renewalsPs = new long[0];

    private long pausesSent;

    Switch(Fabric fabric, int number, String name, SwitchConfig config, long seed) {
        this.fabric = fabric;
        this.time = fabric.time();
        this.name = name;
        this.config = config;
        random = new SeededRandom(seed);
        hashSeed = (int) random.nextLong();
        mac = HostAddresses.SWITCH_MAC_BASE + number + 1;
        trimming = config.trimming();
        flowControl = config.flowControl();
        boolean atEntrance =
                config.marking() instanceof EcnMarking.Threshold || config.marking() instanceof EcnMarking.Red;
        thresholds = atEntrance ? config.marking() : null;
        sharp = config.marking() instanceof EcnMarking.Sharp each ? each : null;
        actor = time.add(this);
    }

    int addPort(Link link) {
        links.add(link);
        return links.size() - 1;
    }

    void start(ForwardingTable table) {
        forwarding = table;
        ports = links.toArray(Link[]::new);
        int queues = ports.length * CLASSES;
        sharpQueues = new EcnSharpQueue[sharp == null ? 0 : queues];
        ingressBytes = new long[flowControl == null ? 0 : queues];
        renewalsPs = new long[flowControl == null ? 0 : queues];
        Arrays.fill(renewalsPs, EventQueue.NEVER);
    }

    @Override
    public void receive(Link link, long frame, long nowPs) {
        if (FabricFrame.is(frame, FabricFrame.PAUSE)) {
            fabric.obeyPause(ports[link.toPort()], frame, nowPs);
            fabric.absorbed(frame);
            return;
        }
        Link out = route(FabricFrame.destination(frame), FabricFrame.flowHash(frame));
        if (out == null) {
            link.drop(frame, DropReason.NO_ROUTE, nowPs);
            return;
        }
        FabricFrame.ingress(frame, link.toPort());
        int trafficClass = FabricFrame.trafficClass(frame);
        int wireBytes = FabricFrame.wireBytes(frame);
        boolean lossless = flowControl != null && flowControl.covers(trafficClass);
        boolean tooLong = !lossless && out.queuedBytes(trafficClass) + wireBytes > queueLimit(trafficClass);
        if (tooLong || usedBytes + wireBytes > config.bufferBytes()) {
            if (!trim(frame, out, nowPs)) {
                out.drop(frame, tooLong ? DropReason.QUEUE_FULL : DropReason.BUFFER_FULL, nowPs);
                return;
            }
            trafficClass = FabricFrame.trafficClass(frame);
            wireBytes = FabricFrame.wireBytes(frame);
        } else if (thresholds != null && FabricFrame.is(frame, FabricFrame.ECN_CAPABLE)) {
            markAtEntrance(frame, out, out.queuedBytes(trafficClass) + wireBytes, nowPs);
        }
        usedBytes += wireBytes;
        mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
        if (flowControl != null && flowControl.covers(trafficClass)) {
            entered(link.toPort(), trafficClass, wireBytes, nowPs);
        }
        out.send(frame, trafficClass, nowPs);
    }

    /** The link that a frame leaves by: of the equal ones that have a carrier, the one that its flow hash names; null if there is none. */
    private @Nullable Link route(int destination, int flowHash) {
        int[] choices = forwarding.ports(destination);
        if (choices.length == 0) {
            return null;
        }
        if (choices.length == 1) {
            return ports[choices[0]];
        }
        int mixed = mix(flowHash ^ hashSeed);
        Link chosen = ports[choices[scale(mixed, choices.length)]];
        return chosen.isDown() ? routeAround(choices, mixed, chosen) : chosen;
    }

    private Link routeAround(int[] choices, int mixed, Link down) {
        int up = 0;
        for (int port : choices) {
            up += ports[port].isDown() ? 0 : 1;
        }
        if (up == 0) {
            return down;
        }
        int skip = scale(mix(mixed), up);
        for (int port : choices) {
            if (!ports[port].isDown() && skip-- == 0) {
                return ports[port];
            }
        }
        return down;
    }

    /** The finaliser of MurmurHash3: seeded, it makes switches choose independently of each other. */
    private static int mix(int bits) {
        int h = bits;
        h = (h ^ h >>> 16) * 0x85eb_ca6b;
        h = (h ^ h >>> 13) * 0xc2b2_ae35;
        return h ^ h >>> 16;
    }

    private static int scale(int uniform, int bound) {
        return (int) ((uniform & 0xFFFF_FFFFL) * bound >>> 32);
    }

    private long queueLimit(int trafficClass) {
        if (trimming != null && trafficClass == trimming.trafficClass()) {
            return trimming.queueBytes();
        }
        double dynamic = config.alpha() * (config.bufferBytes() - usedBytes);
        return dynamic < config.queueBytes() ? (long) dynamic : config.queueBytes();
    }

    /** Cuts a data packet to its headers if there is room for those; returns whether it did. */
    private boolean trim(long frame, Link out, long nowPs) {
        Trimming how = trimming;
        if (how == null
                || Frame.lengthBytes(frame) <= how.bytes()
                || (FabricFrame.flags(frame) & (FabricFrame.DATA | FabricFrame.TRIMMED)) != FabricFrame.DATA) {
            return false;
        }
        int wireBytes = fabric.reader().trimmedWireBytes(how.bytes());
        if (out.queuedBytes(how.trafficClass()) + wireBytes > how.queueBytes()
                || usedBytes + wireBytes > config.bufferBytes()) {
            return false;
        }
        Frame.lengthBytes(frame, how.bytes());
        if (how.rewriteLengths()) {
            IpEdits.fitLengths(frame);
        }
        IpEdits.dscp(frame, how.trafficClass() << DSCP_SHIFT);
        FabricFrame.trafficClass(frame, how.trafficClass());
        FabricFrame.wireBytes(frame, wireBytes);
        FabricFrame.flags(frame, FabricFrame.flags(frame) | FabricFrame.TRIMMED);
        out.noteTrimmed(frame, nowPs);
        return true;
    }

    private void markAtEntrance(long frame, Link out, long queuedBytes, long nowPs) {
        boolean marks = switch (thresholds) {
            case EcnMarking.Threshold threshold -> queuedBytes > threshold.queueBytes();
            case EcnMarking.Red red -> marks(red, queuedBytes);
            case null, default -> false;
        };
        if (marks) {
            mark(frame, out, nowPs);
        }
    }

    private boolean marks(EcnMarking.Red red, long queuedBytes) {
        if (queuedBytes <= red.minBytes()) {
            return false;
        }
        if (queuedBytes > red.maxBytes()) {
            return true;
        }
        double share = (double) (queuedBytes - red.minBytes()) / (red.maxBytes() - red.minBytes());
        return (random.nextLong() >>> 11) * 0x1.0p-53 < share * red.maxProbability();
    }

    private static void mark(long frame, Link out, long nowPs) {
        if (!FabricFrame.is(frame, FabricFrame.MARKED)) {
            IpEdits.mark(frame);
            FabricFrame.flags(frame, FabricFrame.flags(frame) | FabricFrame.MARKED);
            out.noteMarked(frame, nowPs);
        }
    }

    @Override
    public void departed(Link link, long frame, long nowPs) {
        if (FabricFrame.is(frame, FabricFrame.PAUSE)) {
            return;
        }
        int wireBytes = FabricFrame.wireBytes(frame);
        usedBytes -= wireBytes;
        int trafficClass = FabricFrame.trafficClass(frame);
        if (flowControl != null && flowControl.covers(trafficClass)) {
            left(FabricFrame.ingress(frame), trafficClass, wireBytes, nowPs);
        }
        if (sharp != null && FabricFrame.is(frame, FabricFrame.ECN_CAPABLE)) {
            int queue = link.fromPort() * CLASSES + trafficClass;
            EcnSharpQueue state = sharpQueues[queue];
            if (state == null) {
                state = new EcnSharpQueue(sharp);
                sharpQueues[queue] = state;
            }
            if (state.marks(nowPs - FabricFrame.timePs(frame), nowPs)) {
                mark(frame, link, nowPs);
            }
        }
    }

    private void entered(int port, int trafficClass, int wireBytes, long nowPs) {
        int queue = port * CLASSES + trafficClass;
        ingressBytes[queue] += wireBytes;
        if (ingressBytes[queue] > control().xoffBytes() && renewalsPs[queue] == EventQueue.NEVER) {
            askForPause(queue, nowPs);
        }
    }

    private void left(int port, int trafficClass, int wireBytes, long nowPs) {
        int queue = port * CLASSES + trafficClass;
        ingressBytes[queue] -= wireBytes;
        if (ingressBytes[queue] <= control().xonBytes() && renewalsPs[queue] != EventQueue.NEVER) {
            renewalsPs[queue] = EventQueue.NEVER;
            sendPause(ports[port], 1 << trafficClass, 0, nowPs);
        }
    }

    private FlowControl control() {
        return Objects.requireNonNull(flowControl);
    }

    private void askForPause(int queue, long nowPs) {
        Link back = ports[queue / CLASSES];
        int quanta = control().quanta();
        sendPause(back, 1 << queue % CLASSES, quanta, nowPs);
        long lengthPs = fabric.pausePs(back, quanta);
        renewalsPs[queue] = nowPs + lengthPs / 2;
        if (renewalsPs[queue] < time.momentPs(actor)) {
            time.schedule(actor, renewalsPs[queue]);
        }
    }

    private void sendPause(Link back, int classes, int quanta, long nowPs) {
        long frame = fabric.pool().take();
        if (frame == FramePool.NONE) {
            throw new IllegalStateException("frame pool is empty: no pause can be sent: switch=" + name + " frames="
                    + fabric.pool().frames() + "; give the fabric more frames");
        }
        PauseLayout.put(Frame.dataAddress(frame), mac, classes, quanta);
        Frame.lengthBytes(frame, PauseLayout.FRAME_BYTES);
        fabric.reader().describePause(frame);
        fabric.madeBySwitch();
        pausesSent++;
        back.send(frame, PriorityQueues.URGENT, nowPs);
    }

    /** Renews the pauses that are to last. */
    @Override
    public void act(long nowPs) {
        for (int queue = 0; queue < renewalsPs.length; queue++) {
            if (renewalsPs[queue] <= nowPs) {
                askForPause(queue, nowPs);
            }
        }
        long nextPs = EventQueue.NEVER;
        for (long renewalPs : renewalsPs) {
            nextPs = Math.min(nextPs, renewalPs);
        }
        time.schedule(actor, nextPs);
    }

    @Override
    public String name() {
        return name;
    }

    /** What it does with frames that wait. */
    public SwitchConfig config() {
        return config;
    }

    int portCount() {
        return links.size();
    }

    /** Its links, by port. */
    public List<Link> ports() {
        return List.copyOf(links);
    }

    /** The links that frames for a host leave by, one of them for each flow hash; none if it is not reached. */
    public List<Link> linksTowards(int host) {
        List<Link> towards = new ArrayList<>();
        for (int port : forwarding.ports(host)) {
            towards.add(links.get(port));
        }
        return towards;
    }

    /**
     * Sends frames for a host by other links than those of the shortest paths, from now on; {@link Fabric#circleTowards} tells whether they still get there.
     *
     * @throws IllegalArgumentException if there are none, or one is not a link of this switch
     */
    public void routeBy(int host, List<Link> via) {
        int[] chosen = new int[via.size()];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = links.indexOf(via.get(i));
            if (chosen[i] < 0) {
                throw new IllegalArgumentException("route: switch=" + name + " has no link " + via.get(i));
            }
        }
        if (chosen.length == 0) {
            throw new IllegalArgumentException("route: switch=" + name + " needs a link to send by");
        }
        forwarding = forwarding.with(host, chosen);
    }

    /** Bytes in its shared buffer. */
    public long usedBytes() {
        return usedBytes;
    }

    /** The most that {@link #usedBytes} ever was. */
    public long mostUsedBytes() {
        return mostUsedBytes;
    }

    /** Pause frames that it sent, those that end a pause among them. */
    public long pausesSent() {
        return pausesSent;
    }

    @Override
    public String toString() {
        return name;
    }
}
