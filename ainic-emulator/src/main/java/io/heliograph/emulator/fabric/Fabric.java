package io.heliograph.emulator.fabric;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.PauseLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network in virtual time: hosts' ports, switches, the links between them, the frames on their way, and the time itself. Built by a {@link FabricBuilder}.
 *
 * <p>No frame is lost from the books: what hosts sent and switches made is delivered, dropped with a reason, absorbed (pauses), or inside; see {@link #framesInside}.
 */
public final class Fabric implements AutoCloseable {
    private final FabricConfig config;
    private final VirtualTime time = new VirtualTime();
    private final FramePool pool;
    private final FrameReader reader;
    private final List<FabricPort> ports = new ArrayList<>();
    private final List<Switch> switches = new ArrayList<>();
    private final List<OpticalSwitch> opticalSwitches = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final long[] drops = new long[DropReason.values().length];
    private long delivered;
    private long absorbed;
    private long madeBySwitches;

    Fabric(FabricConfig config, int hosts) {
        this.config = config;
        pool = new FramePool(config.mtuBytes(), config.maxFrames());
        reader = new FrameReader(config.accounting(), hosts);
    }

    /** What it was built with. */
    public FabricConfig config() {
        return config;
    }

    /** Its time; {@link VirtualTime#runUntil} lets things happen. */
    public VirtualTime time() {
        return time;
    }

    /** Its frames. */
    public FramePool pool() {
        return pool;
    }

    FrameReader reader() {
        return reader;
    }

    void add(FabricPort port) {
        ports.add(port);
    }

    void add(Switch added) {
        switches.add(added);
    }

    void add(OpticalSwitch added) {
        opticalSwitches.add(added);
    }

    void add(Link link) {
        links.add(link);
    }

    int switchCount() {
        return switches.size();
    }

    int linkCount() {
        return links.size();
    }

    /** How many hosts there are; their numbers are 0 and up. */
    public int hosts() {
        return ports.size();
    }

    /** The port of a host. */
    public FabricPort port(int host) {
        return ports.get(host);
    }

    /** Its switches, in the order in which they were added. */
    public List<Switch> switches() {
        return List.copyOf(switches);
    }

    /** Its optical switches, in the order in which they were added. */
    public List<OpticalSwitch> opticalSwitches() {
        return List.copyOf(opticalSwitches);
    }

    /** All links; both directions of a cable follow each other. */
    public List<Link> links() {
        return List.copyOf(links);
    }

    /**
     * The link from one node to another; the first of several.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Link link(String from, String to) {
        for (Link link : links) {
            if (link.from().name().equals(from) && link.to().name().equals(to)) {
                return link;
            }
        }
        throw new IllegalArgumentException("no such link: from=" + from + " to=" + to);
    }

    /** The links by which frames for a host leave a node: of a switch one for each flow hash. */
    public List<Link> linksTowards(Node node, int host) {
        return switch (node) {
            case Switch each -> each.linksTowards(host);
            case OpticalSwitch each -> each.linksTowards(host);
            case FabricPort each -> each.host() == host ? List.of() : List.of(each.link());
            default -> throw new IllegalArgumentException("node of an unknown kind: " + node.name());
        };
    }

    /** Nodes that frames for a host would pass again and again, in their order; empty if there are none, as long as nobody changed routes. */
    public List<Node> circleTowards(int host) {
        Set<Node> harmless = new HashSet<>();
        for (Switch from : switches) {
            List<Node> way = new ArrayList<>();
            if (goesInCircles(from, host, way, harmless)) {
                return way.subList(way.indexOf(way.getLast()), way.size() - 1);
            }
        }
        return List.of();
    }

    /** Depth first; {@code way} ends with the node that it has twice, if there is one. */
    private boolean goesInCircles(Node node, int host, List<Node> way, Set<Node> harmless) {
        if (harmless.contains(node)) {
            return false;
        }
        boolean again = way.contains(node);
        way.add(node);
        if (again) {
            return true;
        }
        for (Link link : linksTowards(node, host)) {
            if (goesInCircles(link.to(), host, way, harmless)) {
                return true;
            }
        }
        way.removeLast();
        harmless.add(node);
        return false;
    }

    /** Adds somebody who is told what happens on any link. */
    public void observe(FabricObserver observer) {
        for (Link link : links) {
            link.observe(observer);
        }
    }

    /** Takes note of the end of a frame that was dropped. */
    void dropped(long frame, DropReason reason) {
        drops[reason.index()]++;
        pool.giveBack(frame);
    }

    void delivered() {
        delivered++;
    }

    void madeBySwitch() {
        madeBySwitches++;
    }

    void absorbed(long frame) {
        absorbed++;
        pool.giveBack(frame);
    }

    /** How long a pause lasts that comes in by the other direction of a link. */
    long pausePs(Link link, int quanta) {
        return Math.ceilDiv(
                (long) quanta * PauseLayout.QUANTUM_BITS * (VirtualTime.PS_PER_SECOND / 1_000_000),
                link.config().rateBitsPerSecond() / 1_000_000);
    }

    /** Holds back what a pause frame names. */
    void obeyPause(Link link, long frame, long nowPs) {
        long data = Frame.dataAddress(frame);
        int classes = PauseLayout.enabledClasses(data);
        for (int trafficClass = 0; trafficClass < PriorityQueues.CLASSES; trafficClass++) {
            if ((classes & 1 << trafficClass) != 0) {
                link.pause(trafficClass, pausePs(link, PauseLayout.quanta(data, trafficClass)), nowPs);
            }
        }
    }

    /** Frames that hosts handed to their links. */
    public long sentFrames() {
        return reader.count();
    }

    /** Frames that reached a host's receive ring. */
    public long deliveredFrames() {
        return delivered;
    }

    /** Pause frames that did their work. */
    public long absorbedFrames() {
        return absorbed;
    }

    /** Pause frames that switches made. */
    public long switchFrames() {
        return madeBySwitches;
    }

    /** Frames dropped for a reason. */
    public long droppedFrames(DropReason reason) {
        return drops[reason.index()];
    }

    /** Frames dropped for any reason. */
    public long droppedFrames() {
        long sum = 0;
        for (long each : drops) {
            sum += each;
        }
        return sum;
    }

    /** Frames in queues and on wires, counted one by one: sent and made frames are as many as delivered, dropped and absorbed ones and these. */
    public long framesInside() {
        long sum = 0;
        for (Link link : links) {
            sum += link.framesUnderWay() + (link.to() instanceof OpticalSwitch ? 0 : link.queuedFrames());
        }
        for (OpticalSwitch each : opticalSwitches) {
            sum += each.waitingFrames();
        }
        return sum;
    }

    /** Passes of frames over links so far: packet-hops. */
    public long hops() {
        long sum = 0;
        for (Link link : links) {
            sum += link.sentFrames();
        }
        return sum;
    }

    /** Closes the ports and returns the frames' memory; endpoints over the ports are closed before. */
    @Override
    public void close() {
        for (FabricPort port : ports) {
            port.close();
        }
        pool.close();
    }
}
