package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.Ipv4Layout;
import io.heliograph.transport.wire.Ipv6Layout;
import io.heliograph.transport.wire.NackLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PauseLayout;
import io.heliograph.transport.wire.UdpLayout;
import java.util.Arrays;

/**
 * The network between the nodes, and the time: a frame's entropy chooses a path, which is a queue with a delay, and faults decide what becomes of it.
 *
 * <p>Each direction between two nodes has chance of its own, so that what happens in one changes nothing in another.
 */
final class Fabric {
    private static final long START_NS = 1_000_000_000;
    private static final int LEAST_TRIMMED_BYTES = 118;
    private static final int TRIM_SPREAD_BYTES = 40;
    // PROTOCOL.md section 2.1: the first byte of DestQP.
    private static final int DESTINATION_ENGINE = 5;

    private static final long NS_PER_SECOND = 1_000_000_000;
    /** A pause that lasts longer is renewed this often: within the longest time that a frame can name. */
    private static final long RENEWAL_NS = 2_000_000;

    private static final long SWITCH_MAC = 0x0200_0000_FFFFL;

    private final Settings settings;
    private final Settings.Links between;
    private final FramePool pool;
    private final Link[][] links;
    private final long[][] extraNs;
    private final long[][] busyUntilNs;
    private final SimulatedPort[][] ports;
    private long nowNs = START_NS;
    private long trace;
    private long carried;

    /** One direction between two nodes. */
    private static final class Link {
        final SeededRandom random;
        Event.Faults faults;
        Event.LateCopies copies;
        int burst;
        long deadPaths;
        /** Frames that did not arrive, or not whole, or late. */
        long troubled;

        Link(long seed, Event.Faults faults, Event.LateCopies copies) {
            random = new SeededRandom(seed);
            this.copies = copies;
            this.faults = faults;
        }

        boolean happens(int likelihood) {
            return likelihood > 0 && random.nextInt(Event.ALWAYS) < likelihood;
        }
    }

    Fabric(Settings settings, FramePool pool, SeededRandom random) {
        this.settings = settings;
        between = settings.links();
        this.pool = pool;
        int nodes = settings.nodes();
        links = new Link[nodes][nodes];
        for (int from = 0; from < nodes; from++) {
            for (int to = 0; to < nodes; to++) {
                links[from][to] = new Link(random.nextLong(), noFaults(from, to), noCopies(from, to));
            }
        }
        extraNs = new long[nodes][between.paths()];
        busyUntilNs = new long[nodes][between.paths()];
        ports = new SimulatedPort[nodes][settings.portsPerNode()];
        for (int node = 0; node < nodes; node++) {
            for (int i = 0; i < settings.portsPerNode(); i++) {
                ports[node][i] = new SimulatedPort(this, pool, node, node * settings.portsPerNode() + i, settings);
            }
        }
    }

    private static Event.Faults noFaults(int from, int to) {
        return new Event.Faults(from, to, 0, 0, 0, 0, 0, 0);
    }

    private static Event.LateCopies noCopies(int from, int to) {
        return new Event.LateCopies(from, to, 0, 1);
    }

    long nowNs() {
        return nowNs;
    }

    void advanceTo(long thenNs) {
        nowNs = Math.max(nowNs, thenNs);
    }

    /** What all frames and completions so far come to: two runs that differ in anything differ in this. */
    long trace() {
        return trace;
    }

    /** Frames that were sent. */
    long carried() {
        return carried;
    }

    void trace(long word) {
        long mixed = (trace ^ word) * 0x9e37_79b9_7f4a_7c15L;
        trace = mixed ^ mixed >>> 29;
    }

    SimulatedPort[] ports(int node) {
        return ports[node];
    }

    /** When the next frame arrives at a node, or {@link Long#MAX_VALUE}. */
    long arrivalNs(int node) {
        long firstNs = Long.MAX_VALUE;
        for (SimulatedPort port : ports[node]) {
            firstNs = Math.min(firstNs, port.arrivals.firstNs());
        }
        return firstNs;
    }

    void faults(Event.Faults faults) {
        links[faults.from()][faults.to()].faults = faults;
    }

    void lateCopies(Event.LateCopies copies) {
        links[copies.from()][copies.to()].copies = copies;
    }

    void lossBurst(int from, int to, int frames) {
        links[from][to].burst += frames;
    }

    void pathDead(int from, int to, int path, boolean dead) {
        Link link = links[from][to];
        long bit = 1L << path;
        link.deadPaths = dead ? link.deadPaths | bit : link.deadPaths & ~bit;
    }

    void pathDelay(int to, int path, long ns) {
        extraNs[to][path] = ns;
    }

    /** Frames between two nodes, in either direction, that did not arrive so far, or not whole, or late. */
    long troubled(int one, int other) {
        return links[one][other].troubled + links[other][one].troubled;
    }

    /** The link of a node's ports asks for silence in some classes. */
    void pause(int node, int classes, long ns) {
        for (SimulatedPort port : ports[node]) {
            for (long afterNs = 0; afterNs < ns && pool.has(1); afterNs += RENEWAL_NS) {
                long lengthNs = Math.min(ns - afterNs, 2 * RENEWAL_NS);
                long quanta = lengthNs * (port.info().linkBitsPerSecond() / PauseLayout.QUANTUM_BITS) / NS_PER_SECOND;
                long frame = pool.take(FramePool.UNDER_WAY);
                PauseLayout.put(
                        Frame.dataAddress(frame), SWITCH_MAC, classes, Math.clamp(quanta, 1, PauseLayout.MAX_QUANTA));
                Frame.lengthBytes(frame, PauseLayout.FRAME_BYTES);
                port.arrivals.add(nowNs + afterNs, frame);
            }
        }
    }

    /** From now on no frame meets a fault, but for full queues. */
    void heal() {
        for (int from = 0; from < links.length; from++) {
            for (int to = 0; to < links.length; to++) {
                Link link = links[from][to];
                link.faults = noFaults(from, to);
                link.copies = noCopies(from, to);
                link.burst = 0;
                link.deadPaths = 0;
            }
            Arrays.fill(extraNs[from], 0);
        }
    }

    private static boolean isTrimNotice(long bth) {
        return BthLayout.opcode(bth) == Opcode.NACK && NackLayout.reason(bth) == NackReason.TRIMMED;
    }

    /** Takes a frame that {@code from} sent through one of its ports: it arrives, or it is lost. */
    void carry(int from, SimulatedPort port, long frame) {
        long data = Frame.dataAddress(frame);
        if (!isPacket(frame)) {
            port.pausedBy(data);
            trace(nowNs ^ PauseLayout.enabledClasses(data));
            pool.giveBack(frame, FramePool.UNDER_WAY);
            return;
        }
        int to = destination(frame);
        long udp = udp(frame);
        int path = UdpLayout.sourcePort(udp) & between.paths() - 1;
        carried++;
        trace(nowNs * 31 + path);
        trace(NativeMemory.getLong(udp + UdpLayout.LENGTH));
        trace(NativeMemory.getLong(udp + UdpLayout.LENGTH + 8) ^ Frame.lengthBytes(frame));
        if (to < 0 || to == from) {
            // R9.3: who sent a trimmed packet is not verified.
            if (!isTrimNotice(udp + UdpLayout.LENGTH)) {
                throw new Violation(Fabric.class, "node " + from + " sent a frame to nobody");
            }
            pool.giveBack(frame, FramePool.UNDER_WAY);
            return;
        }
        Link link = links[from][to];
        Event.Faults faults = link.faults;
        if (link.burst > 0) {
            link.burst--;
            lose(link, frame);
            return;
        }
        if ((link.deadPaths >>> path & 1) != 0 || link.happens(faults.loss())) {
            lose(link, frame);
            return;
        }
        if (link.happens(link.copies.likelihood())) {
            copyLate(link, to, frame);
        }
        if (link.happens(faults.duplicate()) && pool.has(1)) {
            deliver(link, to, path, copyOf(frame));
        }
        deliver(link, to, path, frame);
    }

    private void deliver(Link link, int to, int path, long frame) {
        Event.Faults faults = link.faults;
        SimulatedPort port = portOf(link, to, frame);
        if (port.arrivals.size() >= between.arrivalFrames()) {
            lose(link, frame);
            return;
        }
        int trafficClass = trafficClass(frame);
        if (link.happens(faults.trim())) {
            int toBytes = LEAST_TRIMMED_BYTES + link.random.nextInt(TRIM_SPREAD_BYTES);
            Trim.to(frame, toBytes, link.random.nextInt(2) == 0, settings.isIpv4());
            link.troubled++;
        }
        if (link.happens(faults.corrupt())) {
            int bit = link.random.nextInt(8 * Frame.lengthBytes(frame));
            long at = Frame.dataAddress(frame) + bit / 8;
            NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ 1 << bit % 8));
            link.troubled++;
        }
        // A path is a queue: what goes by it arrives in the order in which it was sent, unless a frame is delayed on
        // its own.
        long leavesNs = Math.max(busyUntilNs[to][path], nowNs) + between.frameNs();
        busyUntilNs[to][path] = leavesNs;
        long arrivalNs = leavesNs + between.pathNs() + path * between.pathStepNs() + extraNs[to][path];
        if (faults.delayNs() > 0 && link.happens(faults.delay())) {
            arrivalNs += link.random.nextInt((int) faults.delayNs());
            link.troubled++;
        }
        link.troubled += extraNs[to][path] > 0 ? 1 : 0;
        port.arrivals.add(port.afterPause(trafficClass, arrivalNs), frame);
    }

    private void copyLate(Link link, int to, long frame) {
        SimulatedPort port = portOf(link, to, frame);
        // There stays room for the others.
        if (pool.has(1) && port.arrivals.size() < between.arrivalFrames() / 2) {
            long laterNs = link.copies.laterNs();
            port.arrivals.add(nowNs + laterNs + link.random.nextInt((int) laterNs), copyOf(frame));
        }
    }

    private long copyOf(long frame) {
        long copy = pool.take(FramePool.UNDER_WAY);
        int lengthBytes = Frame.lengthBytes(frame);
        NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), lengthBytes);
        Frame.lengthBytes(copy, lengthBytes);
        return copy;
    }

    private void lose(Link link, long frame) {
        link.troubled++;
        pool.giveBack(frame, FramePool.UNDER_WAY);
    }

    /** The node that a frame is for, or -1. */
    int destination(long frame) {
        long ip = Frame.dataAddress(frame) + EthernetLayout.LENGTH;
        return settings.isIpv4()
                ? settings.nodeAt(0, IpAddress.ipv4MappedLow(Ipv4Layout.destination(ip)))
                : settings.nodeAt(Ipv6Layout.destinationHigh(ip), Ipv6Layout.destinationLow(ip));
    }

    /** A frame's class selector. */
    int trafficClass(long frame) {
        long ip = Frame.dataAddress(frame) + EthernetLayout.LENGTH;
        return (settings.isIpv4() ? Ipv4Layout.typeOfService(ip) : Ipv6Layout.trafficClass(ip)) >>> 5;
    }

    private long udp(long frame) {
        long ip = Frame.dataAddress(frame) + EthernetLayout.LENGTH;
        return ip + (settings.isIpv4() ? Ipv4Layout.LENGTH : Ipv6Layout.LENGTH);
    }

    private long bth(long frame) {
        return udp(frame) + UdpLayout.LENGTH;
    }

    /** A packet's UDP source port. */
    int entropy(long frame) {
        return UdpLayout.sourcePort(udp(frame));
    }

    /** Whether a frame that a node sends is a packet, not for the link itself. */
    boolean isPacket(long frame) {
        return EthernetLayout.type(Frame.dataAddress(frame)) != EthernetLayout.TYPE_MAC_CONTROL;
    }

    /** Whether a frame that a node sends is a data packet. */
    boolean isData(long frame) {
        return isPacket(frame) && Opcode.isData(BthLayout.opcode(bth(frame)));
    }

    /** The port of the engine that the packet names, as a NIC's flow rules have it, or one that it comes to astray. */
    private SimulatedPort portOf(Link link, int node, long frame) {
        SimulatedPort[] all = ports[node];
        if (all.length == 1) {
            return all[0];
        }
        if (link.happens(between.astray())) {
            return all[link.random.nextInt(all.length)];
        }
        int engine = NativeMemory.getUnsignedByte(bth(frame) + DESTINATION_ENGINE);
        return all[engine % all.length];
    }

    /** Loses all that is under way. */
    void close() {
        for (SimulatedPort[] each : ports) {
            for (SimulatedPort port : each) {
                port.close();
            }
        }
    }
}
