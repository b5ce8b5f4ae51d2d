package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RatePolicy;
import java.util.Arrays;

/**
 * Sends what the controller grants (C6): flows of one traffic class to the controller's nodes send in the slots that their node is given, a chunk in each, by the path of the slot. All other flows go by another policy, and behind these.
 *
 * <p>It asks for as many slots as the packets need that were posted or lost and are not sent. A slot's chunk is some packets of full length; shorter ones take no more of a slot each, but count as one when slots are asked for. What does not fit in what is left of a slot, by the line's rate, is not sent in it. What a relation's end
 * makes unsure ({@link #reset}) is asked for a chunk at a time until nothing is left.
 *
 * <p>For endpoints with one engine, on its thread and by its clock, which is the clock that all nodes share. But for {@link #addFlow} and the policy of the other flows nothing allocates.
 */
public final class GrantedRates implements RatePolicy {
    private static final int FIRST_FLOWS = 64;
    private static final long NO_SLOT = Long.MIN_VALUE;

    private final RatePolicy others;
    private final NodeLink link;
    private final NodeMap map;
    private final GrantedChunk chunk;
    private final int trafficClass;

    /** By node. */
    private final int[] flowOf;

    /** By flow: the node it goes to, or {@link NodeMap#OTHER}. */
    private int[] nodes = new int[FIRST_FLOWS];

    private boolean[] active = new boolean[FIRST_FLOWS];
    /** Packets that were posted or lost, and not sent since. */
    private int[] owed = new int[FIRST_FLOWS];

    private int[] inFlight = new int[FIRST_FLOWS];
    /** There may be more to send than is owed, or less. */
    private boolean[] unsure = new boolean[FIRST_FLOWS];

    private long slot = NO_SLOT;
    private long slotEndNs;
    /** Whose slot it is, or {@link #NONE}. */
    private int open = NONE;

    private int openEntropy;
    private long budgetBytes;
    private long lineFreeNs = Long.MIN_VALUE;
    private int named = NONE;
    private long nowNs = Long.MIN_VALUE;
    private long unusedSlots;

    /**
     * A policy for one engine.
     *
     * @param others for all other flows
     * @param link to the controller; polled here, and the caller's to close
     * @param chunk what fits in a slot
     * @param trafficClass of the flows that the controller decides on
     */
    public GrantedRates(RatePolicy others, NodeLink link, NodeMap map, GrantedChunk chunk, int trafficClass) {
        this.others = others;
        this.link = link;
        this.map = map;
        this.chunk = chunk;
        this.trafficClass = trafficClass;
        flowOf = new int[link.node().config().shape().nodes()];
        Arrays.fill(flowOf, NONE);
        Arrays.fill(nodes, NodeMap.OTHER);
    }

    /** Slots that were given to this node and in which nothing was sent. */
    public long unusedSlots() {
        return unusedSlots;
    }

    /** What this node has to send, and its counters. */
    NodeLink link() {
        return link;
    }

    /** The class of the flows that the controller decides on. */
    int trafficClass() {
        return trafficClass;
    }

    /** Whether a packet of the class to a node may leave at a moment, as of the latest duty cycle. */
    boolean isOpen(int node, long timeNs) {
        return open != NONE
                && nodes[open] == node
                && timeNs < slotEndNs
                && timeNs >= slotEndNs - link.node().config().slotNs();
    }

    /** The end of the latest slot that a duty cycle was in. */
    long slotEndNs() {
        return slotEndNs;
    }

    private boolean isGranted(int flow) {
        return flow < nodes.length && nodes[flow] != NodeMap.OTHER;
    }

    @Override
    public void addFlow(int flow, IpAddress destination, int trafficClassOfFlow, long timeNs) {
        if (flow >= nodes.length) {
            int length = Math.max(2 * nodes.length, flow + 1);
            int before = nodes.length;
            nodes = Arrays.copyOf(nodes, length);
            Arrays.fill(nodes, before, length, NodeMap.OTHER);
            active = Arrays.copyOf(active, length);
            owed = Arrays.copyOf(owed, length);
            inFlight = Arrays.copyOf(inFlight, length);
            unsure = Arrays.copyOf(unsure, length);
        }
        if (nodes[flow] != NodeMap.OTHER) {
            flowOf[nodes[flow]] = NONE;
            // The slot was for somebody else.
            open = open == flow ? NONE : open;
        }
        int node = trafficClassOfFlow == trafficClass ? map.node(destination) : NodeMap.OTHER;
        nodes[flow] = node;
        if (node == NodeMap.OTHER) {
            others.addFlow(flow, destination, trafficClassOfFlow, timeNs);
        } else {
            flowOf[node] = flow;
        }
    }

    @Override
    public void onDutyCycle(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        others.onDutyCycle(timeNs);
        long present = link.node().config().slotAt(nowNs);
        if (present != slot) {
            // First, as the next slot's chunk is not asked for any more from the moment that it is given.
            end();
            slot = present;
            slotEndNs = (present + 1) * link.node().config().slotNs();
        }
        int destination = link.poll(nowNs);
        if (destination != GrantedNode.NONE && flowOf[destination] != NONE) {
            open = flowOf[destination];
            openEntropy = map.entropy(destination, link.node().path());
            budgetBytes = chunk.wireBytes();
        }
    }

    /** The slot is over: what was not sent in it is asked for anew. */
    private void end() {
        int flow = open;
        open = NONE;
        if (flow == NONE) {
            return;
        }
        unusedSlots += budgetBytes == chunk.wireBytes() ? 1 : 0;
        if (active[flow]) {
            if (owed[flow] > 0 || unsure[flow]) {
                ask(flow);
            }
        } else if (owed[flow] == 0) {
            unsure[flow] = false;
        } else {
            // It was its turn, and it had nothing: the window is closed, or what was lost arrived after all.
            unsure[flow] = true;
            owed[flow] = inFlight[flow] > 0 ? owed[flow] : 0;
        }
    }

    /** Asks for the slots that are missing, those given but not over counted. */
    private void ask(int flow) {
        int packets = Math.max(owed[flow], unsure[flow] ? 1 : 0) - (flow == open ? packetsLeft() : 0);
        int chunks = Math.ceilDiv(Math.max(packets, 0), chunk.packets());
        int more = chunks - link.node().chunks(nodes[flow]);
        if (more > 0) {
            link.node().request(nodes[flow], more);
        }
    }

    /** How many packets of full length still fit in the slot. */
    private int packetsLeft() {
        long leftNs = slotEndNs - Math.max(lineFreeNs, nowNs);
        return Math.clamp(
                Math.min(budgetBytes / chunk.packetWireBytes(), leftNs / chunk.packetNs()), 0, chunk.packets());
    }

    @Override
    public void onPosted(int flow, long payloadBytes, int packets, long timeNs) {
        if (isGranted(flow)) {
            owed[flow] += packets;
            ask(flow);
        } else {
            others.onPosted(flow, payloadBytes, packets, timeNs);
        }
    }

    @Override
    public void activate(int flow, long timeNs) {
        if (!isGranted(flow)) {
            others.activate(flow, timeNs);
        } else if (!active[flow]) {
            active[flow] = true;
            if (unsure[flow]) {
                ask(flow);
            }
        }
    }

    @Override
    public void deactivate(int flow) {
        if (isGranted(flow)) {
            active[flow] = false;
        } else {
            others.deactivate(flow);
        }
    }

    @Override
    public int nextFlow(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        named = open != NONE && active[open] && nowNs < slotEndNs && packetsLeft() > 0 ? open : others.nextFlow(timeNs);
        return named;
    }

    @Override
    public int packetsAtOnce() {
        return named == open && named != NONE ? packetsLeft() : others.packetsAtOnce();
    }

    @Override
    public int entropy(int flow) {
        if (isGranted(flow)) {
            return flow == open ? openEntropy : ANY_PATH;
        }
        return others.entropy(flow);
    }

    @Override
    public boolean isShared() {
        return others.isShared();
    }

    @Override
    public void onSent(int flow, int wireBytes, long timeNs) {
        if (!isGranted(flow)) {
            others.onSent(flow, wireBytes, timeNs);
            return;
        }
        owed[flow] = Math.max(0, owed[flow] - 1);
        inFlight[flow]++;
        budgetBytes -= wireBytes;
        lineFreeNs = Math.max(lineFreeNs, timeNs) + chunk.lineNs(wireBytes);
    }

    @Override
    public void onAcknowledged(int flow, int wireBytes, long rttNs, long timeNs) {
        if (isGranted(flow)) {
            inFlight[flow]--;
        } else {
            others.onAcknowledged(flow, wireBytes, rttNs, timeNs);
        }
    }

    @Override
    public void onLost(int flow, int wireBytes, long timeNs) {
        if (isGranted(flow)) {
            inFlight[flow]--;
            owed[flow]++;
            ask(flow);
        } else {
            others.onLost(flow, wireBytes, timeNs);
        }
    }

    @Override
    public void onSilence(int flow, int wireBytes, long timeNs) {
        if (isGranted(flow)) {
            onLost(flow, wireBytes, timeNs);
        } else {
            others.onSilence(flow, wireBytes, timeNs);
        }
    }

    @Override
    public void reset(int flow) {
        if (isGranted(flow)) {
            active[flow] = false;
            owed[flow] = 0;
            inFlight[flow] = 0;
            unsure[flow] = true;
        } else {
            others.reset(flow);
        }
    }

    @Override
    public long nextDeadlineNs() {
        long deadlineNs = Math.min(others.nextDeadlineNs(), link.node().nextDeadlineNs());
        if (open != NONE && active[open] && nowNs < slotEndNs) {
            deadlineNs = Math.min(deadlineNs, packetsLeft() > 0 ? nowNs : slotEndNs);
        }
        return deadlineNs;
    }
}
