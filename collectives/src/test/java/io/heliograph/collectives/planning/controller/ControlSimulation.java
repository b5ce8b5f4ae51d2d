package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A controller and nodes in virtual time over a network that loses, delays, reorders and duplicates packets, with controllers and nodes that die and begin anew, and clocks that differ. What breaks a promise is an entry of
 * {@link #faults}. A {@link Mutation} breaks a rule of the protocol, to see whether it is noticed.
 */
final class ControlSimulation implements AutoCloseable {
    /** Rules that can be broken. */
    enum Mutation {
        NONE,
        /** Nodes take grants of any epoch (against C6). */
        GRANTS_OF_ANY_EPOCH,
        /** Nodes take grants that were for their former life (against C6). */
        GRANTS_OF_ANY_LIFE,
        /** The controller takes reports of any epoch (against C5). */
        REPORTS_OF_ANY_EPOCH,
        /** The controller does not count slots that it gave out and that the report could not know (against C5). */
        FORGETS_OUTSTANDING,
        /** Nodes send by a slot that is over (against C6). */
        LATE_SLOTS,
        /** A new controller does not wait for the slots of the one before (against C7). */
        NO_WAIT_AT_START
    }

    private static final long SLOT_NS = 5_000;
    private static final long STEP_NS = SLOT_NS / 2;
    private static final int PACKET_BYTES = 1500;
    private static final long LAST_NS = 40_000 * SLOT_NS;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Packet(long atNs, int node, boolean toController, byte[] bytes) {}

    private final Arena arena = Arena.ofConfined();
    private final long written = arena.allocate(PACKET_BYTES, 8).address();
    private final long arrived = arena.allocate(PACKET_BYTES, 8).address();
    private final SeededRandom random;
    private final Mutation mutation;
    private final LeafSpineShape shape;
    private final ControllerConfig config;
    private final int lossPerMille;
    private final int duplicatesPerMille;
    private final long delayNs;
    private final List<Packet> underWay = new ArrayList<>();
    private final GrantedNode[] nodes;
    private final long[] clockNs;
    /** Chunks asked for by each node, in all of its lives, and those that died with one. */
    private final long[] asked;

    private final long[] sent;
    private final long[] died;
    private final Set<Long> busy = new HashSet<>();
    private final Deque<Long> controllerDeaths = new ArrayDeque<>();
    private @Nullable Controller controller;
    private long restartNs;
    private long nowNs = 1;
    final List<String> faults = new ArrayList<>();
    long restarts;
    long lost;

    ControlSimulation(long seed, Mutation mutation) {
        random = new SeededRandom(seed);
        this.mutation = mutation;
        int count = 2 + random.nextInt(10);
        int perLeaf = 1 + random.nextInt(count);
        shape = new LeafSpineShape(count, perLeaf, 1 + random.nextInt(perLeaf));
        int batch = 1 << random.nextInt(5);
        int lead = 4 + random.nextInt(6);
        config = new ControllerConfig(shape, SLOT_NS, batch, lead, 20 * SLOT_NS, 128);
        lossPerMille = random.nextInt(3) == 0 ? 0 : random.nextInt(300);
        duplicatesPerMille = random.nextInt(200);
        delayNs = 1L + random.nextInt((int) ((lead + 3) * SLOT_NS));
        nodes = new GrantedNode[count];
        clockNs = new long[count];
        asked = new long[count];
        sent = new long[count];
        died = new long[count];
        for (int node = 0; node < count; node++) {
            clockNs[node] = random.nextInt((int) SLOT_NS) - SLOT_NS / 2;
            nodes[node] = begin(node);
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            controllerDeaths.add((controllerDeaths.isEmpty() ? 0 : controllerDeaths.getLast())
                    + (10 + random.nextInt(200)) * SLOT_NS);
        }
    }

    private GrantedNode begin(int node) {
        return new GrantedNode(config, node, sender(true), random, nowNs + SLOT_NS + clockNs[node]);
    }

    private ControlSender sender(boolean toController) {
        return new ControlSender() {
            private int node;
            private int lengthBytes;

            @Override
            public long begin(int peer, int bytes) {
                node = peer;
                lengthBytes = bytes;
                return random.nextInt(50) == 0 ? NO_ROOM : written;
            }

            @Override
            public void end() {
                byte[] bytes = new byte[lengthBytes];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = NativeMemory.getByte(written + i);
                }
                int copies = random.nextInt(1000) < duplicatesPerMille ? 2 : 1;
                for (int i = 0; i < copies; i++) {
                    if (random.nextInt(1000) < lossPerMille) {
                        lost++;
                    } else {
                        underWay.add(new Packet(nowNs + random.nextInt((int) delayNs), node, toController, bytes));
                    }
                }
            }
        };
    }

    /** Runs until all is sent. */
    void run() {
        int quiet = 0;
        while (faults.isEmpty() && quiet < 200) {
            nowNs += STEP_NS;
            if (nowNs > LAST_NS) {
                faults.add("does not end");
            }
            if (nowNs < 300 * SLOT_NS) {
                disturb();
            }
            turnController();
            deliver();
            boolean idle = controller != null && controllerDeaths.isEmpty() && nowNs >= 300 * SLOT_NS;
            for (int node = 0; node < nodes.length; node++) {
                turn(node);
                idle &= nodes[node].waiting() == 0;
            }
            if (controller != null) {
                controller.poll(nowNs);
            }
            quiet = idle ? quiet + 1 : 0;
        }
        for (int node = 0; node < nodes.length; node++) {
            died[node] += nodes[node].waiting();
            if (faults.isEmpty() && asked[node] != sent[node] + died[node]) {
                faults.add("node " + node + " asked=" + asked[node] + " sent=" + sent[node] + " died=" + died[node]);
            }
        }
    }

    /** More to send, and nodes that begin anew. */
    private void disturb() {
        int node = random.nextInt(nodes.length);
        if (random.nextInt(4) == 0) {
            int count = 1 + random.nextInt(12);
            nodes[node].request((node + 1 + random.nextInt(nodes.length - 1)) % nodes.length, count);
            asked[node] += count;
        }
        if (random.nextInt(300) == 0) {
            died[node] += nodes[node].waiting();
            check(nodes[node], node);
            nodes[node] = begin(node);
        }
    }

    private void turnController() {
        if (controller != null && !controllerDeaths.isEmpty() && nowNs >= controllerDeaths.getFirst()) {
            controllerDeaths.removeFirst();
            controller = null;
            restarts++;
            restartNs = nowNs + (long) random.nextInt(3) * random.nextInt((int) (20 * SLOT_NS));
        }
        if (controller == null && nowNs >= restartNs) {
            controller = mutation == Mutation.NO_WAIT_AT_START
                    ? new Controller(config, sender(false), nowNs, config.slotAt(nowNs) + config.leadSlots())
                    : new Controller(config, sender(false), nowNs);
        }
    }

    private void deliver() {
        List<Packet> due = new ArrayList<>();
        for (Iterator<Packet> packets = underWay.iterator(); packets.hasNext(); ) {
            Packet packet = packets.next();
            if (packet.atNs() <= nowNs) {
                due.add(packet);
                packets.remove();
            }
        }
        while (!due.isEmpty()) {
            Packet packet = due.remove(random.nextInt(due.size()));
            for (int i = 0; i < packet.bytes().length; i++) {
                NativeMemory.putByte(arrived + i, packet.bytes()[i]);
            }
            if (!packet.toController()) {
                mutateGrant(packet.node());
                nodes[packet.node()].onPacket(arrived, packet.bytes().length, nowNs + clockNs[packet.node()]);
            } else if (controller != null) {
                mutateReport(controller);
                controller.onPacket(arrived, packet.bytes().length, nowNs);
            }
        }
    }

    private void mutateGrant(int node) {
        long epoch = ControlLayout.epoch(arrived);
        long incarnation = ControlLayout.incarnation(arrived);
        long slot = ControlLayout.slot(arrived);
        switch (mutation) {
            case GRANTS_OF_ANY_EPOCH -> epoch = 1 << 20;
            case GRANTS_OF_ANY_LIFE -> incarnation = nodes[node].incarnation();
            case LATE_SLOTS -> slot++;
            default -> {}
        }
        int type = ControlLayout.type(arrived);
        ControlLayout.put(arrived, type, node, ControlLayout.entries(arrived), epoch, incarnation, slot);
    }

    private void mutateReport(Controller taker) {
        long epoch = ControlLayout.epoch(arrived);
        long slot = ControlLayout.slot(arrived);
        switch (mutation) {
            case GRANTS_OF_ANY_EPOCH, REPORTS_OF_ANY_EPOCH -> epoch = taker.epoch();
            case FORGETS_OUTSTANDING -> slot = config.slotAt(nowNs) + config.leadSlots();
            default -> {}
        }
        ControlLayout.put(
                arrived,
                ControlLayout.type(arrived),
                ControlLayout.node(arrived),
                ControlLayout.entries(arrived),
                epoch,
                ControlLayout.incarnation(arrived),
                slot);
    }

    private void turn(int node) {
        long ownNs = nowNs + clockNs[node];
        int destination = nodes[node].poll(ownNs);
        if (destination != GrantedNode.NONE) {
            sent[node]++;
            long slot = config.slotAt(ownNs);
            take(slot, 0, node);
            take(slot, 1, destination);
            int path = nodes[node].path();
            if ((path == GrantedNode.NONE) != (shape.leaf(node) == shape.leaf(destination))) {
                faults.add("path " + path + " from " + node + " to " + destination);
            } else if (path != GrantedNode.NONE) {
                take(slot, 2, shape.leaf(node) * shape.paths() + path);
                take(slot, 3, shape.leaf(destination) * shape.paths() + path);
            }
        }
        check(nodes[node], node);
    }

    private void check(GrantedNode state, int node) {
        if (state.unused() > 0) {
            faults.add("node " + node + " was given a slot for a chunk that it does not have");
        }
    }

    /** A link carries one chunk in a slot, whoever gave it out. */
    private void take(long slot, int kind, int number) {
        if (!busy.add((slot * 4 + kind) * 4096 + number)) {
            faults.add("slot " + slot + ": two chunks at link " + number + " of kind " + kind);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
