package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicy;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The way out for data packets: takes them off the messages of the flows that the rate policy names, and has them written. */
final class DataSender {
    /** What the destination is called where every frame reaches the one node there is. */
    private static final long NO_MAC = 0;

    private final int engine;
    private final Regions regions;
    private final RatePolicy rates;
    private final Transmitter transmitter;
    private final @Nullable FlowControl flowControl;
    /** Who finds out Ethernet addresses, where the port needs it. */
    private final @Nullable Neighbours neighbours;

    private final long ownMac;
    /** The peers that were sent to, by their place in the table: what the rate policy's flows mean. */
    private final @Nullable Lane[] lanes;

    private final DueLanes due;
    /** Peers that wait for their Ethernet address to be found out; and some that do not any more. */
    private final ArrayList<Lane> unresolved = new ArrayList<>();
    /** What {@link Neighbours#changes} said when they were last looked at. */
    private long changesSeen;

    private RegionTable regionTable;

    DataSender(
            int engine,
            Regions regions,
            RatePolicy rates,
            DueLanes due,
            Transmitter transmitter,
            @Nullable FlowControl flowControl,
            @Nullable Neighbours neighbours,
            long ownMac,
            int peerPlaces) {
        this.engine = engine;
        this.regions = regions;
        this.rates = rates;
        this.due = due;
        this.transmitter = transmitter;
        this.flowControl = flowControl;
        this.neighbours = neighbours;
        this.ownMac = ownMac;
        lanes = new Lane[peerPlaces];
        regionTable = regions.table();
    }

    /** Something may be sent to a peer, as far as the engine can tell: the rate policy says when. */
    void resume(Lane lane, long nowNs) {
        introduce(lane, nowNs);
        lane.activateFlows(nowNs);
    }

    /** Tells the rate policy who a peer's flows go to, if it does not know yet. */
    void introduce(Lane lane, long nowNs) {
        Peer peer = lane.peer;
        if (lanes[peer.slot()] != lane) {
            lanes[peer.slot()] = lane;
            for (int trafficClass = 0; trafficClass < FlowKey.TRAFFIC_CLASSES; trafficClass++) {
                rates.reset(lane.firstFlow() + trafficClass);
                rates.addFlow(lane.firstFlow() + trafficClass, peer.address(), trafficClass, nowNs);
            }
        }
    }

    /** Sends up to a budget of packets; returns how many. */
    int send(RegionTable newest, long nowNs) {
        regionTable = newest;
        int sent = 0;
        while (sent < Tunables.SEND_BUDGET_PACKETS && transmitter.room() > 0) {
            int flow = rates.nextFlow(nowNs);
            if (flow == RatePolicy.NONE) {
                return sent;
            }
            Lane lane = Objects.requireNonNull(lanes[flow / FlowKey.TRAFFIC_CLASSES]);
            if (!canReach(lane)) {
                waitForAddress(lane);
                rates.deactivate(flow);
                continue;
            }
            int trafficClass = flow % FlowKey.TRAFFIC_CLASSES;
            int count = isPaused(trafficClass) ? 0 : sendBurst(lane, trafficClass, nowNs);
            if (count == 0) {
                rates.deactivate(flow);
            } else {
                // Its timers start.
                due.stir(lane);
            }
            sent += count;
        }
        return sent;
    }

    private boolean isPaused(int trafficClass) {
        return flowControl != null && flowControl.isPaused(trafficClass);
    }

    private int sendBurst(Lane lane, int trafficClass, long nowNs) {
        int limit = Math.min(transmitter.room(), rates.packetsAtOnce());
        int taken = 0;
        int staged;
        do {
            int count = Math.min(limit - taken, transmitter.stagePackets());
            lane.peer.lock();
            try {
                lane.sync(nowNs);
                staged = stage(lane, trafficClass, count, nowNs);
            } finally {
                lane.peer.unlock();
            }
            transmitter.writeData(lane.header);
            taken += staged;
        } while (staged == transmitter.stagePackets() && taken < limit);
        return taken;
    }

    private int stage(Lane lane, int trafficClass, int limit, long nowNs) {
        Outbound outbound = lane.peer.outbound();
        SendFlow flow = lane.sendFlow();
        for (int taken = 0; taken < limit; taken++) {
            int slot = outbound.takePacket(flow, trafficClass, engine);
            if (slot == Outbound.NOTHING) {
                return taken;
            }
            OutboundMessage message = flow.message(slot);
            if (message.checkedIn != regionTable) {
                checkSource(outbound, message);
            }
            if (flow.isUndeliverable(slot, lane.peer.reachedSentNs())) {
                outbound.fail(message, CompletionStatus.UNDELIVERABLE);
            }
            transmitter.stage(lane, slot, nowNs);
        }
        return limit;
    }

    /** A source that was deregistered meanwhile must not be read any more. */
    private void checkSource(Outbound outbound, OutboundMessage message) {
        if (!isRegistered(message)) {
            // It may have been registered, and the message posted, since this duty cycle began.
            regionTable = regions.table();
            if (!isRegistered(message)) {
                outbound.fail(message, CompletionStatus.REGION_GONE);
            }
        }
        message.checkedIn = regionTable;
    }

    private boolean isRegistered(OutboundMessage message) {
        int slot = regionTable.find(message.localKey);
        return slot != RegionTable.NONE && regionTable.contains(slot, message.localAddress, message.lengthBytes);
    }

    private void waitForAddress(Lane lane) {
        lane.needsAddress(true);
        if (!lane.isListedUnresolved()) {
            lane.listedUnresolved(true);
            unresolved.add(lane);
        }
    }

    /** Whether something is known of a neighbour since {@link #retryUnresolved}, and somebody waits for that. */
    boolean mayHaveResolved() {
        return !unresolved.isEmpty() && neighbours != null && neighbours.changes() != changesSeen;
    }

    /** Stirs the peers that waited for their Ethernet address and need not any more; asks again for the others that nobody answers for. */
    void retryUnresolved() {
        if (!mayHaveResolved() || neighbours == null) {
            return;
        }
        changesSeen = neighbours.changes();
        for (int i = unresolved.size() - 1; i >= 0; i--) {
            Lane lane = unresolved.get(i);
            if (!lane.needsAddress() || canReach(lane)) {
                lane.listedUnresolved(false);
                due.stir(lane);
                Lane last = unresolved.removeLast();
                if (last != lane) {
                    unresolved.set(i, last);
                }
            }
        }
    }

    /** Whether a peer's Ethernet address is known by now; if not, it is asked for. */
    boolean canReach(Lane lane) {
        if (lane.isReachable()) {
            return true;
        }
        IpAddress address = lane.peer.address();
        long mac = neighbours == null ? NO_MAC : neighbours.macOf(address.high(), address.low());
        if (mac < 0) {
            return false;
        }
        lane.reachableAt(ownMac, mac);
        return true;
    }
}
