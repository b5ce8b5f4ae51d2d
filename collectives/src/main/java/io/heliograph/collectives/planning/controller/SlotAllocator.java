package io.heliograph.collectives.planning.controller;

import java.util.Arrays;

/**
 * Gives slots to pairs of nodes that have chunks to move: in each slot a node sends at most one chunk and receives at most one, and no more leave or enter a leaf than it has links to spines.
 *
 * <p>Pairs take turns: whoever was served longest ago comes first and gets the earliest slot in which both nodes are free. Handled in this order, with a word of one bit a slot for each node, the outcome is that of filling
 * slot after slot (Fastpass, section 3: pipelined timeslot allocation): each slot is a maximal matching, to which no waiting pair could be added. Since whoever is served goes to the end of the queue, a pair waits
 * at most for one turn of each pair with the same source or the same destination; if leaves are oversubscribed, of each pair with the same leaf.
 *
 * <p>One thread. Only the constructor allocates: 8 bytes for each pair of nodes.
 */
public final class SlotAllocator {
    /** Most slots of a batch: the bits of a word. */
    public static final int MAX_BATCH_SLOTS = Long.SIZE;

    /** Set where a pair is in the queue. */
    private static final int QUEUED = 1 << 31;

    private final LeafSpineShape shape;
    private final int nodes;
    private final int shift;
    private final int batchSlots;
    private final boolean countsLinks;
    private final int[] leafOf;
    /** Chunks that have no slot yet, of each pair, and {@link #QUEUED}. */
    private final int[] backlog;
    /** Pairs that were not served in the present batch, those served longest ago first. */
    private final int[] queue;

    private int queued;
    /** A bit for each slot in which the node sends, receives, or the leaf has no link left. */
    private final long[] sending;

    private final long[] receiving;
    private final long[] noLinkUp;
    private final long[] noLinkDown;
    private final short[] linksUp;
    private final short[] linksDown;
    /** Pairs that were served in each slot: in this order they come again, behind the queue. */
    private final int[] grants;

    private final int[] grantCounts;
    private long waiting;

    /**
     * An allocator without demand.
     *
     * @param batchSlots slots that {@link #allocate} fills at once, 1 to {@link #MAX_BATCH_SLOTS}: more are cheaper for each, and demand waits longer for the next
     * @throws IllegalArgumentException if it is not in this range
     */
    public SlotAllocator(LeafSpineShape shape, int batchSlots) {
        if (batchSlots < 1 || batchSlots > MAX_BATCH_SLOTS) {
            throw new IllegalArgumentException(
                    "slots: batchSlots=" + batchSlots + "; from 1 to " + MAX_BATCH_SLOTS + " are possible");
        }
        this.shape = shape;
        this.batchSlots = batchSlots;
        nodes = shape.nodes();
        shift = Integer.SIZE - Integer.numberOfLeadingZeros(nodes - 1);
        countsLinks = shape.isOversubscribed();
        leafOf = new int[nodes];
        Arrays.setAll(leafOf, shape::leaf);
        int leaves = shape.leaves();
        backlog = new int[nodes << shift];
        queue = new int[nodes * nodes];
        sending = new long[nodes];
        receiving = new long[nodes];
        noLinkUp = new long[leaves];
        noLinkDown = new long[leaves];
        linksUp = new short[leaves * MAX_BATCH_SLOTS];
        linksDown = new short[leaves * MAX_BATCH_SLOTS];
        grants = new int[batchSlots * nodes];
        grantCounts = new int[batchSlots];
    }

    /** Slots that {@link #allocate} fills at once. */
    public int batchSlots() {
        return batchSlots;
    }

    /** The network. */
    public LeafSpineShape shape() {
        return shape;
    }

    /** Chunks of a pair that have no slot yet. */
    public int backlog(int source, int destination) {
        return backlog[source << shift | destination] & ~QUEUED;
    }

    /** Chunks of all pairs that have no slot yet. */
    public long waiting() {
        return waiting;
    }

    /**
     * Says how many chunks of a pair have no slot yet, whatever was said before. A pair that had none goes to the end of the queue.
     *
     * @param chunks at least 0
     * @throws IllegalArgumentException if it is below 0, there is no such node, or source and destination are the same
     */
    public void setBacklog(int source, int destination, int chunks) {
        if (chunks < 0
                || source < 0
                || source >= nodes
                || destination < 0
                || destination >= nodes
                || source == destination) {
            throw new IllegalArgumentException("slots: source=" + source + " destination=" + destination + " chunks="
                    + chunks + "; two of nodes=" + nodes + " and at least 0 are possible");
        }
        int pair = source << shift | destination;
        int before = backlog[pair];
        waiting += chunks - (before & ~QUEUED);
        backlog[pair] = before & QUEUED | chunks;
        if (chunks > 0 && before >= 0) {
            append(pair);
        }
    }

    /**
     * Fills the next {@link #batchSlots} slots and forgets those before.
     *
     * @return chunks that got a slot
     */
    public int allocate() {
        long beyond = batchSlots == MAX_BATCH_SLOTS ? 0 : -1L << batchSlots;
        Arrays.fill(sending, beyond);
        Arrays.fill(receiving, beyond);
        Arrays.fill(grantCounts, 0);
        if (countsLinks) {
            Arrays.fill(noLinkUp, 0);
            Arrays.fill(noLinkDown, 0);
            Arrays.fill(linksUp, (short) 0);
            Arrays.fill(linksDown, (short) 0);
        }
        long before = waiting;
        int inTurn = queued;
        queued = 0;
        for (int i = 0; i < inTurn; i++) {
            // What has to wait is written where places were read already.
            backlog[queue[i]] &= ~QUEUED;
            serve(queue[i], -1L);
        }
        for (int slot = 0; slot < batchSlots; slot++) {
            // Complete by now: later ones are only served in later slots. Shifted twice: a shift by 64 would be one by
            // 0.
            long later = -1L << slot << 1;
            for (int i = slot * nodes; i < slot * nodes + grantCounts[slot]; i++) {
                serve(grants[i], later);
            }
        }
        return (int) (before - waiting);
    }

    /** Chunks that got a slot of the last batch, 0 to {@link #batchSlots} - 1. */
    public int grants(int slot) {
        return grantCounts[slot];
    }

    /** The sender of a chunk, 0 to {@link #grants} - 1. */
    public int source(int slot, int grant) {
        return grants[slot * nodes + grant] >>> shift;
    }

    /** The receiver of a chunk, 0 to {@link #grants} - 1. */
    public int destination(int slot, int grant) {
        return grants[slot * nodes + grant] & (1 << shift) - 1;
    }

    /** Gives a pair the earliest of some slots in which it can be served, or a place in the queue. */
    private void serve(int pair, long permitted) {
        if (backlog[pair] == 0) {
            return;
        }
        int source = pair >>> shift;
        int destination = pair & (1 << shift) - 1;
        long taken = sending[source] | receiving[destination];
        if (countsLinks) {
            int up = leafOf[source];
            int down = leafOf[destination];
            if (up != down) {
                taken |= noLinkUp[up] | noLinkDown[down];
            }
        }
        long free = permitted & ~taken;
        if (free == 0) {
            append(pair);
            return;
        }
        int slot = Long.numberOfTrailingZeros(free);
        sending[source] |= 1L << slot;
        receiving[destination] |= 1L << slot;
        if (countsLinks) {
            takeLinks(leafOf[source], leafOf[destination], slot);
        }
        grants[slot * nodes + grantCounts[slot]++] = pair;
        waiting--;
        backlog[pair]--;
    }

    private void takeLinks(int up, int down, int slot) {
        if (up == down) {
            return;
        }
        if (++linksUp[up * MAX_BATCH_SLOTS + slot] == shape.paths()) {
            noLinkUp[up] |= 1L << slot;
        }
        if (++linksDown[down * MAX_BATCH_SLOTS + slot] == shape.paths()) {
            noLinkDown[down] |= 1L << slot;
        }
    }

    private void append(int pair) {
        backlog[pair] |= QUEUED;
        queue[queued++] = pair;
    }
}
