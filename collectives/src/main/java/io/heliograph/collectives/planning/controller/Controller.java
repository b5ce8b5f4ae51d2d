package io.heliograph.collectives.planning.controller;

import java.util.Arrays;

/**
 * The controller: takes the nodes' reports, and ahead of time gives out batches of slots. All it knows it has from reports of this epoch and from what it gave out itself: a new controller needs nothing of the old one.
 *
 * <p>It neither sleeps nor reads a clock: {@link #poll} is to be called at {@link #nextDeadlineNs} at the latest. One thread. Only the constructor allocates.
 */
public final class Controller {
    private static final long NEVER = Long.MIN_VALUE;
    private static final int NOBODY = -1;

    private final ControllerConfig config;
    private final ControlSender sender;
    private final long epoch;
    private final SlotAllocator slots;
    private final PathAllocator paths;
    private final int nodes;
    private final int mask;
    /** What each node was given each slot for, as far back as the memory goes: slot after slot, the destination above the path. */
    private final int[] given;

    private final boolean[] granting;
    private final long[] incarnations;
    private final long[] reportedSlots;
    private final int[] outstanding;
    private long nextSlot;
    private long granted;
    private long batches;
    private long reports;
    private long staleReports;
    private long malformed;

    /**
     * A controller that begins its life. It must not begin before the one before it ended, and the clock must not go back from one to the next (C7).
     *
     * @param nowNs time of the clock that all nodes share
     */
    public Controller(ControllerConfig config, ControlSender sender, long nowNs) {
        // What the one before gave out, up to its last moment, is before this slot (C7).
        this(config, sender, nowNs, config.slotAt(nowNs) + config.horizonSlots() + 1);
    }

    /** For tests that begin too early. */
    Controller(ControllerConfig config, ControlSender sender, long nowNs, long firstSlot) {
        this.config = config;
        this.sender = sender;
        epoch = nowNs;
        nextSlot = firstSlot;
        slots = new SlotAllocator(config.shape(), config.batchSlots());
        paths = new PathAllocator(config.shape());
        nodes = config.shape().nodes();
        mask = config.memorySlots() - 1;
        given = new int[nodes * config.memorySlots()];
        Arrays.fill(given, NOBODY);
        granting = new boolean[nodes];
        incarnations = new long[nodes];
        reportedSlots = new long[nodes];
        Arrays.fill(incarnations, NEVER);
        Arrays.fill(reportedSlots, NEVER);
        outstanding = new int[nodes];
    }

    /** When this life began: greater than that of any controller before. */
    public long epoch() {
        return epoch;
    }

    /** What all agree on. */
    public ControllerConfig config() {
        return config;
    }

    /** Chunks that got a slot. */
    public long granted() {
        return granted;
    }

    /** Batches of slots given out. */
    public long batches() {
        return batches;
    }

    /** Reports that were taken. */
    public long reports() {
        return reports;
    }

    /** Reports of another epoch, of a node's former life, or that others overtook: not taken. */
    public long staleReports() {
        return staleReports;
    }

    /** Payloads that were no reports. */
    public long malformed() {
        return malformed;
    }

    /** Chunks that were reported and have no slot yet. */
    public long waiting() {
        return slots.waiting();
    }

    /**
     * Takes a packet.
     *
     * @param packet address of the UDP payload
     * @return whether it is a report that was taken
     */
    public boolean onPacket(long packet, int lengthBytes, long nowNs) {
        if (!isReport(packet, lengthBytes)) {
            malformed++;
            return false;
        }
        int node = ControlLayout.node(packet);
        long incarnation = ControlLayout.incarnation(packet);
        if (ControlLayout.epoch(packet) != epoch) {
            staleReports++;
            introduce(node, incarnation);
            return false;
        }
        if (incarnation < incarnations[node]) {
            staleReports++;
            return false;
        }
        if (incarnation > incarnations[node]) {
            welcome(node, incarnation);
        }
        long slot = ControlLayout.slot(packet);
        long head = Math.max(nextSlot, config.slotAt(nowNs) + config.leadSlots());
        if (slot < reportedSlots[node] || slot <= head - config.memorySlots() || slot > head) {
            staleReports++;
            return false;
        }
        reportedSlots[node] = slot;
        take(packet, node, slot);
        reports++;
        return true;
    }

    /** All that does not depend on what happened before, so that a broken packet changes nothing. */
    private boolean isReport(long packet, int lengthBytes) {
        if (!ControlLayout.isWhole(packet, lengthBytes, ControlLayout.TYPE_REPORT)) {
            return false;
        }
        int node = ControlLayout.node(packet);
        if (node >= nodes) {
            return false;
        }
        for (int entry = 0; entry < ControlLayout.entries(packet); entry++) {
            int destination = ControlLayout.reportDestination(packet, entry);
            if (destination >= nodes || destination == node || ControlLayout.reportChunks(packet, entry) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A grant of no slots says which epoch it is. */
    private void introduce(int node, long incarnation) {
        long packet = sender.begin(node, ControlLayout.grantBytes(0));
        if (packet != ControlSender.NO_ROOM) {
            ControlLayout.put(packet, ControlLayout.TYPE_GRANT, node, 0, epoch, incarnation, nextSlot);
            sender.end();
        }
    }

    /** A node began another life: slots that were given to its former one are lost to it. */
    private void welcome(int node, long incarnation) {
        incarnations[node] = incarnation;
        reportedSlots[node] = NEVER;
        for (int place = 0; place <= mask; place++) {
            given[place * nodes + node] = NOBODY;
        }
        for (int destination = 0; destination < nodes; destination++) {
            if (destination != node) {
                slots.setBacklog(node, destination, 0);
            }
        }
    }

    /** What the node has less what slots from that of the report on were given for: slots before it that it did not use are thereby given anew. */
    private void take(long packet, int node, long fromSlot) {
        for (long slot = fromSlot; slot < nextSlot; slot++) {
            int entry = given[place(slot) + node];
            if (entry != NOBODY) {
                outstanding[entry >>> 16]++;
            }
        }
        for (int entry = 0; entry < ControlLayout.entries(packet); entry++) {
            int destination = ControlLayout.reportDestination(packet, entry);
            int chunks = ControlLayout.reportChunks(packet, entry) - outstanding[destination];
            slots.setBacklog(node, destination, Math.max(chunks, 0));
        }
        Arrays.fill(outstanding, 0);
    }

    private int place(long slot) {
        return (int) (slot & mask) * nodes;
    }

    /**
     * Gives out slots if it is time to.
     *
     * @return chunks that got a slot
     */
    public int poll(long nowNs) {
        long earliest = config.slotAt(nowNs) + config.leadSlots();
        if (slots.waiting() == 0 || nextSlot > earliest) {
            return 0;
        }
        skipTo(earliest);
        int count = slots.allocate();
        remember();
        for (int node = 0; node < nodes; node++) {
            if (granting[node]) {
                tell(node);
            }
        }
        nextSlot += config.batchSlots();
        granted += count;
        batches++;
        return count;
    }

    /** Slots that nobody was given, while nothing waited or nobody polled. */
    private void skipTo(long slot) {
        for (long each = Math.max(nextSlot, slot - config.memorySlots()); each < slot; each++) {
            Arrays.fill(given, place(each), place(each) + nodes, NOBODY);
        }
        nextSlot = slot;
    }

    private void remember() {
        Arrays.fill(granting, false);
        for (int slot = 0; slot < config.batchSlots(); slot++) {
            paths.choose(slots, slot, nextSlot + slot);
            int place = place(nextSlot + slot);
            Arrays.fill(given, place, place + nodes, NOBODY);
            for (int grant = 0; grant < slots.grants(slot); grant++) {
                int source = slots.source(slot, grant);
                given[place + source] = slots.destination(slot, grant) << 16 | paths.path(grant) & ControlLayout.NONE;
                granting[source] = true;
            }
        }
    }

    private void tell(int node) {
        int entries = config.batchSlots();
        long packet = sender.begin(node, ControlLayout.grantBytes(entries));
        if (packet == ControlSender.NO_ROOM) {
            return;
        }
        ControlLayout.put(packet, ControlLayout.TYPE_GRANT, node, entries, epoch, incarnations[node], nextSlot);
        for (int slot = 0; slot < entries; slot++) {
            // That nobody was given it is written as both NONE.
            int entry = given[place(nextSlot + slot) + node];
            ControlLayout.putGrant(packet, slot, entry >>> 16, entry);
        }
        sender.end();
    }

    /** When {@link #poll} has something to do, if no packet comes; {@link Long#MAX_VALUE} if never. */
    public long nextDeadlineNs() {
        return slots.waiting() == 0 ? Long.MAX_VALUE : (nextSlot - config.leadSlots()) * config.slotNs();
    }
}
