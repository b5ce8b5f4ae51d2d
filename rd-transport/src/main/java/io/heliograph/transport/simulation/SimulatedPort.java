package io.heliograph.transport.simulation;

import io.heliograph.transport.MacAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.wire.EthernetLayout;
import io.heliograph.transport.wire.PauseLayout;
import org.jspecify.annotations.Nullable;

/** One port of a node: hands frames to the fabric, takes those that have arrived, and counts how many its user holds. */
final class SimulatedPort implements Port {
    static final long LINK_BITS_PER_SECOND = 10_000_000_000L;

    private static final int SEND_RING_FRAMES = 32;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final Fabric fabric;
    private final FramePool pool;
    private final int node;
    private final int number;
    private final PortInfo info;
    private final Settings settings;
    private final int maxHeld;
    private final long frameNs;
    final ArrivalQueue arrivals = new ArrivalQueue();
    private int held;
    /** When the wire has taken all that was sent. */
    private long wireFreeNs;

    /** Until when its user asked for silence, by class. */
    private final long[] pausedUntilNs = new long[FlowKey.TRAFFIC_CLASSES];

    /** What its user sends is held against these. */
    private RateCheck rates;

    private PauseCheck pauses = new PauseCheck();
    private @Nullable PathCheck paths;
    private @Nullable NodeClock clock;
    private long dutyCycleNs;
    /** Frames of data packets, and others, that were offered already, but not taken: the first of those that are offered next. */
    private int offeredData;

    private int offeredOthers;

    private long receivedFrames;
    private long sentFrames;

    SimulatedPort(Fabric fabric, FramePool pool, int node, int number, Settings settings) {
        this.fabric = fabric;
        this.pool = pool;
        this.node = node;
        this.number = number;
        maxHeld = settings.links().portFrames();
        frameNs = settings.links().frameNs();
        this.settings = settings;
        rates = new RateCheck(settings.nodes(), settings.portsPerNode());
        String name = "simulated" + number;
        info = new PortInfo(
                name,
                "simulation",
                new MacAddress(0x0200_0000_0001L + number),
                settings.mtuBytes(),
                LINK_BITS_PER_SECOND,
                false);
    }

    /** An engine that goes by a clock, and may use some paths, uses the port from now on. */
    void usedBy(NodeClock engineClock, PathCheck nodePaths) {
        clock = engineClock;
        paths = nodePaths;
        dutyCycleNs = Long.MIN_VALUE;
        offeredData = 0;
        offeredOthers = 0;
        rates = new RateCheck(settings.nodes(), settings.portsPerNode());
        pauses = new PauseCheck();
    }

    /** What its user has to keep to. */
    RateCheck rates() {
        return rates;
    }

    /** The time that the user's duty cycle goes by: a clock that steps back stands still for it. */
    private void beginDutyCycle() {
        if (clock != null) {
            dutyCycleNs = Math.max(dutyCycleNs, clock.nowNs());
        }
        rates.onDutyCycle(dutyCycleNs);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        beginDutyCycle();
        while (burst.remaining() > 0 && arrivals.firstNs() <= fabric.nowNs()) {
            long frame = arrivals.remove();
            pool.pass(frame, FramePool.UNDER_WAY, number);
            burst.add(frame);
            held++;
            long data = Frame.dataAddress(frame);
            if (settings.sending().flowControl() && EthernetLayout.type(data) == EthernetLayout.TYPE_MAC_CONTROL) {
                pauses.onFrame(data, dutyCycleNs);
            }
        }
        pauses.onReceived(dutyCycleNs);
        receivedFrames += burst.size();
        return burst.size();
    }

    @Override
    public int allocate(Burst burst, int count) {
        if (held + count > maxHeld || !pool.has(count)) {
            return 0;
        }
        for (int i = 0; i < count; i++) {
            burst.add(pool.take(number));
        }
        held += count;
        return count;
    }

    @Override
    public int send(Burst burst) {
        int data = 0;
        int others = 0;
        for (int i = 0; i < burst.size(); i++) {
            long frame = burst.frame(i);
            if (fabric.isData(frame)) {
                if (++data > offeredData) {
                    checkData(frame);
                    checkPath(frame);
                }
            } else if (++others > offeredOthers) {
                checkPath(frame);
            }
        }
        long nowNs = fabric.nowNs();
        wireFreeNs = Math.max(wireFreeNs, nowNs);
        int count = 0;
        while (count < burst.size() && wireFreeNs - nowNs < SEND_RING_FRAMES * frameNs) {
            wireFreeNs += frameNs;
            long frame = burst.frame(count++);
            pool.pass(frame, number, FramePool.UNDER_WAY);
            data -= fabric.isData(frame) ? 1 : 0;
            others -= fabric.isData(frame) ? 0 : 1;
            fabric.carry(node, this, frame);
        }
        burst.removeFirst(count);
        offeredData = data;
        offeredOthers = others;
        held -= count;
        sentFrames += count;
        return count;
    }

    private void checkPath(long frame) {
        if (paths != null && fabric.isPacket(frame)) {
            int to = fabric.destination(frame);
            if (to >= 0) {
                paths.onPacket(node, to, fabric.entropy(frame));
            }
        }
    }

    private void checkData(long frame) {
        int trafficClass = fabric.trafficClass(frame);
        rates.onData(node, fabric.destination(frame), trafficClass, Frame.lengthBytes(frame), dutyCycleNs);
        pauses.onData(node, trafficClass);
    }

    @Override
    public void release(Burst burst) {
        for (int i = 0; i < burst.size(); i++) {
            pool.giveBack(burst.frame(i), number);
        }
        held -= burst.size();
        burst.clear();
    }

    /** Takes note of a pause that its user sent. */
    void pausedBy(long data) {
        for (int rest = PauseLayout.enabledClasses(data); rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            long bits = (long) PauseLayout.quanta(data, trafficClass) * PauseLayout.QUANTUM_BITS;
            pausedUntilNs[trafficClass] = fabric.nowNs() + bits * NS_PER_SECOND / LINK_BITS_PER_SECOND;
        }
    }

    /** When a frame of a class arrives that would arrive then if its user had not asked for silence. */
    long afterPause(int trafficClass, long arrivalNs) {
        return Math.max(arrivalNs, pausedUntilNs[trafficClass]);
    }

    /** Frames that its user took and neither sent nor released. */
    int held() {
        return held;
    }

    @Override
    public LinkState linkState() {
        return LinkState.UP;
    }

    @Override
    public PortStatistics statistics() {
        return new PortStatistics(receivedFrames, 0, sentFrames, 0, 0, 0);
    }

    /** Drops what would still arrive. */
    @Override
    public void close() {
        while (arrivals.size() > 0) {
            pool.giveBack(arrivals.remove(), FramePool.UNDER_WAY);
        }
    }
}
