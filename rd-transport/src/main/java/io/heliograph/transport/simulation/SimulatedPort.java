package io.heliograph.transport.simulation;

import io.heliograph.transport.MacAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.wire.PauseLayout;

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
    private final int maxHeld;
    private final long frameNs;
    final ArrivalQueue arrivals = new ArrivalQueue();
    private int held;
    /** When the wire has taken all that was sent. */
    private long wireFreeNs;

    /** Until when its user asked for silence, by class. */
    private final long[] pausedUntilNs = new long[FlowKey.TRAFFIC_CLASSES];

    private long receivedFrames;
    private long sentFrames;

    SimulatedPort(Fabric fabric, FramePool pool, int node, int number, Settings settings) {
        this.fabric = fabric;
        this.pool = pool;
        this.node = node;
        this.number = number;
        maxHeld = settings.links().portFrames();
        frameNs = settings.links().frameNs();
        String name = "simulated" + number;
        info = new PortInfo(
                name,
                "simulation",
                new MacAddress(0x0200_0000_0001L + number),
                settings.mtuBytes(),
                LINK_BITS_PER_SECOND,
                false);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        while (burst.remaining() > 0 && arrivals.firstNs() <= fabric.nowNs()) {
            long frame = arrivals.remove();
            pool.pass(frame, FramePool.UNDER_WAY, number);
            burst.add(frame);
            held++;
        }
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
        long nowNs = fabric.nowNs();
        wireFreeNs = Math.max(wireFreeNs, nowNs);
        int count = 0;
        while (count < burst.size() && wireFreeNs - nowNs < SEND_RING_FRAMES * frameNs) {
            wireFreeNs += frameNs;
            long frame = burst.frame(count++);
            pool.pass(frame, number, FramePool.UNDER_WAY);
            fabric.carry(node, this, frame);
        }
        burst.removeFirst(count);
        held -= count;
        sentFrames += count;
        return count;
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
