package io.heliograph.transport.engine;

import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.wire.PeerHeader;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One engine's share of a peer: the flow of packets it sends there, and those flows from there that it owns.
 *
 * <p>Its engine's alone; what it takes from the {@link Peer} is guarded by the peer's lock. Another engine may end the relation: {@link #sync} comes first.
 */
final class Lane extends DeadlineWheel.Entry {
    /** The {@link #activeIndex} of one that need not be served. */
    static final int INACTIVE = -1;

    final Peer peer;
    final PeerHeader header;
    private final Counters counters;
    private final RatePolicy rates;
    private final int windowPackets;
    private final LanePaths paths;
    /** The one that a packet came by last. */
    private @Nullable ReceiveFlow lastReceiveFlow;
    /** All of them, once there are two: most peers have as few engines as this node. */
    private @Nullable Int2ObjectHashMap<ReceiveFlow> receiveFlows;

    /** Made when something is sent: most strangers only write. */
    private @Nullable SendFlow sendFlow;

    private int epoch;
    private Inbound inbound;
    private boolean reachable;
    private boolean fixed;
    private boolean needsAddress;
    private boolean listedUnresolved;
    private boolean stirred;
    private int activeIndex = INACTIVE;

    Lane(Peer peer, PeerHeader header, int windowPackets, RatePolicy rates, Counters counters, LanePaths paths) {
        this.rates = rates;
        this.peer = peer;
        this.paths = paths;
        this.header = header;
        this.windowPackets = windowPackets;
        this.counters = counters;
        epoch = peer.outbound().epoch();
        inbound = peer.inbound();
    }

    /** Forgets what belongs to a relation that ended, and so does the rate policy. Under the peer's lock. */
    void sync(long nowNs) {
        if (epoch != peer.outbound().epoch()) {
            epoch = peer.outbound().epoch();
            if (sendFlow != null) {
                sendFlow = null;
                resetRates(nowNs);
            }
        }
        if (inbound != peer.inbound()) {
            inbound = peer.inbound();
            receiveFlows = null;
            lastReceiveFlow = null;
        }
    }

    private void resetRates(long nowNs) {
        for (int trafficClass = 0; trafficClass < FlowKey.TRAFFIC_CLASSES; trafficClass++) {
            rates.reset(firstFlow() + trafficClass);
        }
        // Something may have been posted since.
        activateFlows(nowNs);
    }

    /** Something may be sent, of whatever traffic classes were posted: the rate policy says when. */
    void activateFlows(long nowNs) {
        for (int rest = peer.outbound().trafficClasses(); rest != 0; rest &= rest - 1) {
            rates.activate(firstFlow() + Integer.numberOfTrailingZeros(rest), nowNs);
        }
    }

    /** What the engine's rate policy calls the packets of traffic class 0 to this peer; those of the others come behind it. */
    int firstFlow() {
        return peer.slot() * FlowKey.TRAFFIC_CLASSES;
    }

    /** The packets that this engine sent to the peer. */
    SendFlow sendFlow() {
        SendFlow flow = sendFlow;
        if (flow == null) {
            flow = new SendFlow(windowPackets, rates, firstFlow(), counters, paths.policy());
            flow.beginAt(peer.origin().psn());
            sendFlow = flow;
        }
        return flow;
    }

    /** Whether anything was sent in this relation. */
    boolean hasSent() {
        return sendFlow != null;
    }

    /** The packets that one of the peer's engines, of which there are at most 256, sent to this one. */
    ReceiveFlow receiveFlow(int sourceEngine) {
        ReceiveFlow last = lastReceiveFlow;
        if (last != null && last.sourceEngine == sourceEngine) {
            return last;
        }
        ReceiveFlow flow = last == null ? newReceiveFlow(sourceEngine) : anotherReceiveFlow(last, sourceEngine);
        lastReceiveFlow = flow;
        return flow;
    }

    private ReceiveFlow anotherReceiveFlow(ReceiveFlow last, int sourceEngine) {
        Int2ObjectHashMap<ReceiveFlow> all = receiveFlows;
        if (all == null) {
            all = new Int2ObjectHashMap<>();
            all.put(last.sourceEngine, last);
            receiveFlows = all;
        }
        ReceiveFlow flow = all.get(sourceEngine);
        if (flow == null) {
            flow = newReceiveFlow(sourceEngine);
            all.put(sourceEngine, flow);
        }
        return flow;
    }

    private ReceiveFlow newReceiveFlow(int sourceEngine) {
        ReceiveFlow flow = new ReceiveFlow(this, inbound, sourceEngine, windowPackets);
        flow.beginAt(peer.origin().psn());
        return flow;
    }

    private @Nullable ReceiveFlow knownReceiveFlow(int sourceEngine) {
        if (receiveFlows != null) {
            return receiveFlows.get(sourceEngine);
        }
        return lastReceiveFlow != null && lastReceiveFlow.sourceEngine == sourceEngine ? lastReceiveFlow : null;
    }

    /** As {@link ReceiveFlow#classify}, for a packet that is not verified and therefore creates nothing. */
    int classifyUnverified(int sourceEngine, int psn) {
        ReceiveFlow flow = knownReceiveFlow(sourceEngine);
        if (flow != null) {
            return flow.classify(psn);
        }
        return Psn.isWithin(psn, peer.origin().psn(), windowPackets) ? ReceiveFlow.NEW : ReceiveFlow.BEYOND;
    }

    /** The entropy of the next data packet of a traffic class: the rate policy's, if it names one. */
    int nextEntropy(int trafficClass, long nowNs) {
        int given = rates.entropy(firstFlow() + trafficClass);
        return given != RatePolicy.ANY_PATH && paths.isPermitted(given) ? given : paths.nextEntropy(nowNs);
    }

    /** Which way to the peer packets take. */
    LanePaths paths() {
        return paths;
    }

    /** Whether the peer's Ethernet address is known. */
    boolean isReachable() {
        return reachable;
    }

    void reachableAt(long sourceMac, long destinationMac) {
        if (fixed) {
            return;
        }
        header.ethernet(sourceMac, destinationMac);
        reachable = true;
    }

    /** Its Ethernet address is the application's to know. */
    void alwaysAt(long sourceMac, long destinationMac) {
        reachableAt(sourceMac, destinationMac);
        fixed = true;
    }

    /** Its Ethernet address is to be asked for again, unless the application told it. */
    void unreachable() {
        reachable = fixed;
    }

    /** Whether something waits for the peer's Ethernet address. */
    boolean needsAddress() {
        return needsAddress;
    }

    void needsAddress(boolean value) {
        needsAddress = value;
    }

    /** Whether it is in {@link DataSender}'s list of those whose Ethernet address is not known. */
    boolean isListedUnresolved() {
        return listedUnresolved;
    }

    void listedUnresolved(boolean value) {
        listedUnresolved = value;
    }

    /** Whether it is in the list of {@link DueLanes}. */
    boolean isStirred() {
        return stirred;
    }

    void stirred(boolean value) {
        stirred = value;
    }

    /** Whether something is asked of the peer, so that the engine serves it when that is due. */
    boolean isActive() {
        return activeIndex != INACTIVE;
    }

    /** Its place in the list of {@link ActiveLanes}. */
    int activeIndex() {
        return activeIndex;
    }

    void activeIndex(int value) {
        activeIndex = value;
    }

    /** When the engine must serve the peer next, but for packets that wait to be sent: they are the rate policy's. Under the peer's lock. */
    long deadlineNs(long nowNs, long peerTimeoutNs) {
        long deadlineNs = peer.deadlineNs(nowNs, peerTimeoutNs);
        if (!reachable) {
            return deadlineNs;
        }
        if (peer.mayProbe()) {
            deadlineNs = Math.min(deadlineNs, paths.probeDeadlineNs());
        }
        return sendFlow == null ? deadlineNs : Math.min(deadlineNs, sendFlow.deadlineNs());
    }
}
