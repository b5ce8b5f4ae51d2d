package io.heliograph.benchmarks.arbiter;

import io.heliograph.collectives.planning.controller.ControlSender;
import io.heliograph.collectives.planning.controller.Controller;
import io.heliograph.collectives.planning.controller.ControllerConfig;
import io.heliograph.collectives.planning.controller.GrantedNode;
import io.heliograph.transport.Clock;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;

/**
 * Times the whole controller, reports read and grants written, against nodes that keep the protocol in virtual time. Only the controller's part is timed; what nodes then send is checked: no slot for nothing, and no node that
 * two send to.
 */
final class ControllerRun implements AutoCloseable {
    /**
     * What was measured.
     *
     * @param ns spent by the controller
     * @param wrong slots for nothing, and chunks that met
     */
    record Result(long slots, long chunks, long ns, long wrong) {}

    private static final int PACKET_BYTES = 2048;
    private static final int PLENTY = 1 << 20;

    private final ArbiterDemand demand;
    private final ControllerConfig config;
    private final Clock clock;
    private final Arena arena = Arena.ofConfined();
    private final Packets reports;
    private final Packets grants;
    private final Controller controller;
    private final GrantedNode[] nodes;
    private final long[] lastReceived;
    private long virtualNs = 1;
    private long timedNs;
    private long sent;
    private long wrong;

    /** Packets one after another, as in a burst. */
    private static final class Packets implements ControlSender {
        private final long memory;
        private final int capacity;
        private final int[] nodes;
        private final int[] lengths;
        private int count;

        Packets(int capacity, Arena arena) {
            this.capacity = capacity;
            memory = arena.allocate((long) capacity * PACKET_BYTES, Long.BYTES).address();
            nodes = new int[capacity];
            lengths = new int[capacity];
        }

        @Override
        public long begin(int node, int lengthBytes) {
            if (count == capacity) {
                return NO_ROOM;
            }
            nodes[count] = node;
            lengths[count] = lengthBytes;
            return address(count);
        }

        @Override
        public void end() {
            count++;
        }

        long address(int packet) {
            return memory + (long) packet * PACKET_BYTES;
        }
    }

    ControllerRun(ControllerConfig config, ArbiterDemand demand, Clock clock) {
        this.config = config;
        this.demand = demand;
        this.clock = clock;
        int count = config.shape().nodes();
        reports = new Packets(64 * count, arena);
        grants = new Packets(2 * count, arena);
        controller = new Controller(config, grants, virtualNs);
        nodes = new GrantedNode[count];
        lastReceived = new long[count];
        for (int node = 0; node < count; node++) {
            nodes[node] = new GrantedNode(config, node, reports, new SeededRandom(node), virtualNs);
        }
    }

    /** Measures for a time of the controller's, after a warm-up of half of it. */
    Result run(long measuredNs) {
        turns(measuredNs / 2);
        long before = controller.batches();
        long granted = controller.granted();
        timedNs = 0;
        turns(measuredNs);
        for (GrantedNode node : nodes) {
            wrong += node.unused();
        }
        long slots = (controller.batches() - before) * config.batchSlots();
        return new Result(slots, controller.granted() - granted, timedNs, wrong + (sent == 0 ? 1 : 0));
    }

    private void turns(long durationNs) {
        while (timedNs < durationNs && !Thread.currentThread().isInterrupted()) {
            if (!demand.isFull()) {
                demand.next(
                        config.batchSlots(), (source, destination, count) -> nodes[source].request(destination, count));
            } else if (nodes[0].waiting() < PLENTY) {
                demand.all(PLENTY, (source, destination, count) -> nodes[source].request(destination, count));
            }
            for (int slot = 0; slot < config.batchSlots(); slot++) {
                virtualNs += config.slotNs();
                sendSlot();
            }
            turn();
        }
    }

    /** What nodes send in a slot. */
    private void sendSlot() {
        for (GrantedNode node : nodes) {
            int destination = node.poll(virtualNs);
            if (destination != GrantedNode.NONE) {
                wrong += lastReceived[destination] == virtualNs ? 1 : 0;
                lastReceived[destination] = virtualNs;
                sent++;
            }
        }
    }

    private void turn() {
        long beginNs = clock.nowNs();
        for (int i = 0; i < reports.count; i++) {
            controller.onPacket(reports.address(i), reports.lengths[i], virtualNs);
        }
        controller.poll(virtualNs);
        timedNs += clock.nowNs() - beginNs;
        reports.count = 0;
        for (int i = 0; i < grants.count; i++) {
            nodes[grants.nodes[i]].onPacket(grants.address(i), grants.lengths[i], virtualNs);
        }
        grants.count = 0;
    }

    @Override
    public void close() {
        arena.close();
    }
}
