package io.heliograph.transport.path;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.Opcode;
import java.lang.foreign.Arena;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A port whose sent frames take one of many paths by their UDP source port, each with its own delay and loss; it takes one frame each so many ns. */
final class MultipathPort extends PortWrapper {
    /** Of an IPv4 frame without a VLAN tag. */
    private static final int ENTROPY_OFFSET = 14 + 20;

    private static final int OPCODE_OFFSET = ENTROPY_OFFSET + 8;
    private static final int ONE = 1 << 20;

    /** One way through the network. */
    static final class Path {
        long delayNs;
        double loss;
        boolean dead;

        /** Data packets, and those that were dropped. */
        long sent;

        long dropped;
        long lastDataNs = Long.MIN_VALUE;
    }

    private record Flying(long dueNs, long order, long frame) {}

    final Path[] paths;
    private final Clock clock;
    private final SeededRandom random;
    private final long gapNs;
    private final Arena arena = Arena.ofAuto();
    private final Burst single = new Burst(arena, 1);
    private final PriorityQueue<Flying> flying =
            new PriorityQueue<>(Comparator.comparingLong(Flying::dueNs).thenComparingLong(Flying::order));
    private long order;
    private long freeNs = Long.MIN_VALUE;

    MultipathPort(Port port, Clock clock, int paths, long delayNs, long gapNs, long seed) {
        super(port);
        this.clock = clock;
        this.gapNs = gapNs;
        random = new SeededRandom(seed);
        this.paths = new Path[paths];
        for (int i = 0; i < paths; i++) {
            this.paths[i] = new Path();
            this.paths[i].delayNs = delayNs;
        }
    }

    @Override
    public int receive(Burst burst) {
        deliver();
        return port.receive(burst);
    }

    @Override
    public int send(Burst burst) {
        deliver();
        long nowNs = clock.nowNs();
        int accepted = 0;
        while (accepted < burst.size() && freeNs <= nowNs) {
            freeNs = Math.max(freeNs, nowNs - gapNs) + gapNs;
            take(burst.frame(accepted++), nowNs);
        }
        burst.removeFirst(accepted);
        return accepted;
    }

    private void take(long frame, long nowNs) {
        long data = Frame.dataAddress(frame);
        int entropy = NativeMemory.getByte(data + ENTROPY_OFFSET) << 8 & 0xff00
                | NativeMemory.getByte(data + ENTROPY_OFFSET + 1) & 0xff;
        // Out of bounds if an entropy value is not among the peer's.
        Path path = paths[entropy - Tunables.ENTROPY_BASE];
        boolean dropped = path.dead || random.nextInt(ONE) < path.loss * ONE;
        if (Opcode.isData(NativeMemory.getByte(data + OPCODE_OFFSET) & 0xff)) {
            path.sent++;
            path.dropped += dropped ? 1 : 0;
            path.lastDataNs = nowNs;
        }
        if (dropped) {
            single.add(frame);
            port.release(single);
        } else {
            flying.add(new Flying(nowNs + path.delayNs, order++, frame));
        }
    }

    private void deliver() {
        while (!flying.isEmpty() && flying.peek().dueNs() <= clock.nowNs()) {
            single.add(flying.remove().frame());
            if (port.send(single) == 0) {
                throw new IllegalStateException("the receiver does not keep up");
            }
        }
    }

    /** When a frame arrives or the next may be sent. */
    long nextDeadlineNs() {
        long dueNs = flying.isEmpty() ? Long.MAX_VALUE : flying.peek().dueNs();
        return freeNs > clock.nowNs() ? Math.min(dueNs, freeNs) : dueNs;
    }

    @Override
    public void close() {
        while (!flying.isEmpty()) {
            single.add(flying.remove().frame());
            port.release(single);
        }
        port.close();
    }

    /** Forgets what was counted. */
    void mark() {
        for (Path path : paths) {
            path.sent = 0;
            path.dropped = 0;
        }
    }

    long sent() {
        long sum = 0;
        for (Path path : paths) {
            sum += path.sent;
        }
        return sum;
    }

    long dropped() {
        long sum = 0;
        for (Path path : paths) {
            sum += path.dropped;
        }
        return sum;
    }
}
