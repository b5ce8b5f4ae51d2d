package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.RandomSource;
import java.util.Arrays;

/**
 * A node's side: says to the controller what the node has to send, keeps the slots that it is given, and says in each slot what may be sent. What has no slot is not sent.
 *
 * <p>It neither sleeps nor reads a clock: {@link #poll} is to be called at {@link #nextDeadlineNs} at the latest, and in time for each slot, which is lost otherwise. One thread. Only the constructor allocates.
 */
public final class GrantedNode {
    /** No chunk may be sent. */
    public static final int NONE = -1;

    private static final long NO_SLOT = Long.MIN_VALUE;
    private static final long UNKNOWN_EPOCH = Long.MIN_VALUE;
    /** Entries of a report: it fits in a packet of the least MTU of IPv6, 1280 bytes. */
    private static final int MAX_ENTRIES = (1280 - 40 - 8 - ControlLayout.HEADER) / ControlLayout.REPORT_ENTRY;

    private final ControllerConfig config;
    private final int node;
    private final ControlSender sender;
    private final RandomSource random;
    private final long incarnation;
    private final int mask;
    /** Which slot each place is of, and whom it is for. */
    private final long[] slotAt;

    private final int[] entryAt;
    /** Chunks that were not sent yet. */
    private final int[] chunks;

    private long waiting;
    private long epoch = UNKNOWN_EPOCH;
    /** The latest slot that was looked at: nothing is sent in it or before it any more. */
    private long pastSlot;

    private int path = NONE;
    /** There are news, which are reported once in a slot. */
    private boolean reportsNow;

    private long reportedSlot = NO_SLOT;
    private long reportAtNs;
    private long sent;
    private long unused;
    private long missed;
    private long staleGrants;
    private long malformed;

    /**
     * A node that begins its life with nothing to send.
     *
     * @param node its number
     * @param random parts the nodes' reports from each other
     * @param nowNs time of the clock that all share; it is the node's incarnation, and must be greater than that of its former life
     */
    public GrantedNode(ControllerConfig config, int node, ControlSender sender, RandomSource random, long nowNs) {
        if (node < 0 || node >= config.shape().nodes()) {
            throw new IllegalArgumentException("node: node=" + node + "; from 0 to below nodes="
                    + config.shape().nodes() + " is possible");
        }
        this.config = config;
        this.node = node;
        this.sender = sender;
        this.random = random;
        incarnation = nowNs;
        mask = config.memorySlots() - 1;
        slotAt = new long[config.memorySlots()];
        Arrays.fill(slotAt, NO_SLOT);
        entryAt = new int[config.memorySlots()];
        chunks = new int[config.shape().nodes()];
        pastSlot = config.slotAt(nowNs);
        reportAtNs = nowNs;
    }

    /**
     * More chunks are to be sent.
     *
     * @param count at least 1
     * @throws IllegalArgumentException if there is no such node, it is this one, or {@code count} is out of range
     */
    public void request(int destination, int count) {
        if (destination < 0
                || destination >= chunks.length
                || destination == node
                || count < 1
                || chunks[destination] > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("node: request destination=" + destination + " count=" + count
                    + "; another of nodes=" + chunks.length + " and at least 1 are possible");
        }
        chunks[destination] += count;
        waiting += count;
        reportsNow = true;
    }

    /** What all agree on. */
    public ControllerConfig config() {
        return config;
    }

    /** When this life began. */
    public long incarnation() {
        return incarnation;
    }

    /** Chunks for a destination that were not sent yet. */
    public int chunks(int destination) {
        return chunks[destination];
    }

    /** Chunks that were not sent yet. */
    public long waiting() {
        return waiting;
    }

    /** Chunks sent. */
    public long sent() {
        return sent;
    }

    /** Slots that were given although there was nothing to send; none if all keep the rules. */
    public long unused() {
        return unused;
    }

    /** Slots that were given and were over before anybody looked: their chunks are asked for anew. */
    public long missed() {
        return missed;
    }

    /** Grants of another epoch or for another life of this node, and slots that came too late: not kept. */
    public long staleGrants() {
        return staleGrants;
    }

    /** Payloads that were no grants for this node. */
    public long malformed() {
        return malformed;
    }

    /**
     * Takes a packet.
     *
     * @param packet address of the UDP payload
     */
    public void onPacket(long packet, int lengthBytes, long nowNs) {
        if (!ControlLayout.isWhole(packet, lengthBytes, ControlLayout.TYPE_GRANT)
                || ControlLayout.node(packet) != node) {
            malformed++;
            return;
        }
        if (ControlLayout.incarnation(packet) != incarnation || ControlLayout.epoch(packet) < epoch) {
            staleGrants++;
            return;
        }
        if (ControlLayout.epoch(packet) > epoch) {
            // Slots of the controller before are void (C6), and what they were for is reported anew.
            epoch = ControlLayout.epoch(packet);
            Arrays.fill(slotAt, NO_SLOT);
            reportsNow = waiting > 0;
        }
        long over = Math.max(pastSlot, config.slotAt(nowNs));
        long slot = ControlLayout.slot(packet);
        for (int entry = 0; entry < ControlLayout.entries(packet); entry++, slot++) {
            int destination = ControlLayout.grantDestination(packet, entry);
            if (destination == ControlLayout.NONE) {
                continue;
            }
            if (slot <= over || slot > over + config.memorySlots() || destination >= chunks.length) {
                staleGrants++;
                continue;
            }
            slotAt[(int) (slot & mask)] = slot;
            entryAt[(int) (slot & mask)] = destination << 16 | ControlLayout.grantPath(packet, entry);
        }
    }

    /**
     * Says what may be sent now, once a slot, and reports if it is time to.
     *
     * @return to whom a chunk is to be sent now, by {@link #path()}, or {@link #NONE}; the chunk counts as sent
     */
    public int poll(long nowNs) {
        long slot = config.slotAt(nowNs);
        countMissed(slot);
        int destination = slot > pastSlot ? use(slot) : NONE;
        pastSlot = Math.max(pastSlot, slot);
        boolean isNews = reportsNow && pastSlot > reportedSlot;
        if (isNews || waiting > 0 && nowNs - reportAtNs >= 0) {
            report();
            reportsNow = false;
            reportedSlot = pastSlot;
            reportAtNs = nowNs
                    + config.reportNs()
                    + random.nextInt((int) Math.min(config.reportNs() / 8 + 1, Integer.MAX_VALUE));
        }
        return destination;
    }

    /** The path of the chunk that {@link #poll} just named: 0 to paths - 1, or {@link #NONE} if it stays below its leaf. */
    public int path() {
        return path;
    }

    private void countMissed(long slot) {
        for (long each = Math.max(pastSlot + 1, slot - mask); each < slot; each++) {
            missed += slotAt[(int) (each & mask)] == each ? 1 : 0;
        }
    }

    private int use(long slot) {
        int place = (int) (slot & mask);
        if (slotAt[place] != slot) {
            return NONE;
        }
        int destination = entryAt[place] >>> 16;
        if (chunks[destination] == 0) {
            unused++;
            return NONE;
        }
        chunks[destination]--;
        waiting--;
        sent++;
        int by = entryAt[place] & ControlLayout.NONE;
        path = by == ControlLayout.NONE ? NONE : by;
        return destination;
    }

    /** All that was not sent yet, as of the end of the present slot. */
    private void report() {
        int destination = 0;
        for (long left = waiting; left > 0; ) {
            int entries = 0;
            int end = destination;
            for (; end < chunks.length && entries < MAX_ENTRIES; end++) {
                entries += chunks[end] > 0 ? 1 : 0;
            }
            long packet = sender.begin(node, ControlLayout.reportBytes(entries));
            if (packet == ControlSender.NO_ROOM) {
                return;
            }
            long of = epoch == UNKNOWN_EPOCH ? 0 : epoch;
            ControlLayout.put(packet, ControlLayout.TYPE_REPORT, node, entries, of, incarnation, pastSlot + 1);
            for (int entry = 0; destination < end; destination++) {
                if (chunks[destination] > 0) {
                    ControlLayout.putReport(packet, entry++, destination, chunks[destination]);
                    left -= chunks[destination];
                }
            }
            sender.end();
        }
    }

    /** When {@link #poll} has something to do, if no packet comes; {@link Long#MAX_VALUE} if never. */
    public long nextDeadlineNs() {
        if (waiting == 0) {
            return Long.MAX_VALUE;
        }
        // News are reported at once.
        return reportsNow && pastSlot > reportedSlot
                ? Math.min(reportAtNs, pastSlot * config.slotNs())
                : (pastSlot + 1) * config.slotNs();
    }
}
