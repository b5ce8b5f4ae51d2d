package io.heliograph.emulator.fabric;

import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.UdpLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An output-queued switch: chooses the port for each frame by its destination and, among equal ones, by its flow hash; admits it to the shared buffer, or trims or drops it; marks it; and pauses who sends too much.
 *
 * <p>What happens to a frame is all in {@link #receive}. The queues themselves are the links'.
 */
public final class Switch implements Node {
    private static final int DSCP_SHIFT = 3;

    private final Fabric fabric;
    private final String name;
    private final SwitchConfig config;
    private final SwitchRoutes routes;
    private final EcnMarker marker;
    private final boolean isMarking;
    private final @Nullable Trimming trimming;
    private final @Nullable FlowControl flowControl;
    private final @Nullable PauseRequests pauses;

    private long usedBytes;
    private long mostUsedBytes;

    Switch(Fabric fabric, int number, String name, SwitchConfig config, long seed) {
        this.fabric = fabric;
        this.name = name;
        this.config = config;
        SeededRandom random = new SeededRandom(seed);
        routes = new SwitchRoutes(name, (int) random.nextLong());
        marker = new EcnMarker(config.marking(), random);
        isMarking = !(config.marking() instanceof EcnMarking.Off);
        trimming = config.trimming();
        flowControl = config.flowControl();
        long mac = HostAddresses.SWITCH_MAC_BASE + number + 1;
        pauses = flowControl == null ? null : new PauseRequests(fabric, name, mac, flowControl, routes);
    }

    void addPort(Link link) {
        routes.add(link);
    }

    void start(ForwardingTable table) {
        routes.start(table);
        marker.start(routes.count());
        if (pauses != null) {
            pauses.start();
        }
    }

    @Override
    public void receive(Link link, long frame, long nowPs) {
        if (FabricFrame.is(frame, FabricFrame.PAUSE)) {
            fabric.obeyPause(routes.link(link.toPort()), frame, nowPs);
            fabric.absorbed(frame);
            return;
        }
        Link out = routes.choose(FabricFrame.destination(frame), FabricFrame.flowHash(frame));
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
        } else if (isMarking) {
            marker.entering(frame, out, out.queuedBytes(trafficClass) + wireBytes, nowPs);
        }
        usedBytes += wireBytes;
        mostUsedBytes = Math.max(mostUsedBytes, usedBytes);
        if (pauses != null) {
            pauses.entered(link.toPort(), trafficClass, wireBytes, nowPs);
        }
        out.send(frame, trafficClass, nowPs);
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

    @Override
    public void departed(Link link, long frame, long nowPs) {
        if (FabricFrame.is(frame, FabricFrame.PAUSE)) {
            return;
        }
        int wireBytes = FabricFrame.wireBytes(frame);
        usedBytes -= wireBytes;
        if (pauses != null) {
            pauses.left(FabricFrame.ingress(frame), FabricFrame.trafficClass(frame), wireBytes, nowPs);
        }
        if (isMarking) {
            marker.leaving(frame, link, nowPs);
        }
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
        return routes.count();
    }

    /** Its links, by port. */
    public List<Link> ports() {
        return routes.links();
    }

    /** The links that frames for a host leave by, one of them for each flow hash; none if it is not reached. */
    public List<Link> linksTowards(int host) {
        return routes.towards(host);
    }

    /** The link that AINIC data packets from one host to another leave by if they have an entropy value; null if none leads there. As long as no link is down. */
    public @Nullable Link linkTaken(int from, int to, int entropy) {
        return routes.choose(
                to,
                FrameReader.flowHash(
                        HostAddresses.ipv4Bits(from), HostAddresses.ipv4Bits(to), entropy, UdpLayout.ROCE_V2_PORT));
    }

    /**
     * Sends frames for a host by other links than those of the shortest paths, from now on; {@link Fabric#circleTowards} tells whether they still get there.
     *
     * @throws IllegalArgumentException if there are none, or one is not a link of this switch
     */
    public void routeBy(int host, List<Link> via) {
        routes.replace(host, via);
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
        return pauses == null ? 0 : pauses.sent();
    }

    @Override
    public String toString() {
        return name;
    }
}
