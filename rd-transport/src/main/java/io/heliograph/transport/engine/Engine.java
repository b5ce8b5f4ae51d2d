package io.heliograph.transport.engine;

import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.queue.SubmissionRing;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PacketSize;
import io.heliograph.transport.wire.PauseLayout;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Objects;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One sending and receiving pipeline over one port: {@link #doWork} is its whole loop.
 *
 * <p>Everything it owns belongs to the thread that calls {@link #doWork}; the submission ring and the completion rings are where the
 * application meets it. It shares peers with the other engines of its endpoint: the messages to and from a peer are everybody's, under the peer's
 * lock; the packets are the {@link Lane}'s.
 */
public final class Engine {
    /** What the destination is called where every frame reaches the one node there is. */
    private static final long NO_MAC = 0;
    /** Peers that other engines want helped at once. */
    private static final int HELP_ENTRIES = 1024;

    private static final long NS_PER_SECOND = 1_000_000_000;

    private final int number;
    private final EndpointConfig config;
    private final Clock clock;
    private final RandomSource random;
    private final Port port;
    private final Regions regions;
    private final Peers peers;
    private final Home home;
    private final MessagePool pool;
    private final SubmissionRing submissions;
    private final Counters counters;
    private final RatePolicy rates;
    private final Burst received;
    private final FrameCheck frame;
    private final Transmitter transmitter;
    private final DataReceiver dataReceiver;
    private final ControlReceiver controlReceiver;
    private final DutyCycle dutyCycle;
    /** Peers with something to send or to wait for. */
    private final ArrayList<Lane> active = new ArrayList<>();
    /** The peers that it has sent to, by their place in the table: what the rate policy's flows mean. */
    private final @Nullable Lane[] lanes;
    /** Frames for this engine that came to others. */
    private final Handover handover;
    /** Peers with long messages that other engines took. */
    private final ManyToOneConcurrentArrayQueue<Peer> help = new ManyToOneConcurrentArrayQueue<>(HELP_ENTRIES);

    private final UnsafeBuffer handedOver = new UnsafeBuffer(0, 0);

    /** What the link's other end has paused, if that is honoured. */
    private final @Nullable PauseReceiver pauses;

    private final PauseSender backlog = new PauseSender();
    private final long lineRateBitsPerSecond;
    /** Who finds out Ethernet addresses, where the port needs it. */
    private final @Nullable Neighbours neighbours;

    private final int payloadBytes;
    private Engine[] engines = {this};
    private long nowNs = Long.MIN_VALUE;
    private RegionTable regionTable;

    Engine(
            int number,
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            Port port,
            Regions regions,
            Arena arena,
            Peers peers,
            Home home,
            MessagePool pool,
            DutyCycle dutyCycle,
            Counters counters,
            RatePolicy rates,
            long lineRateBitsPerSecond) {
        this.number = number;
        this.config = config;
        this.clock = clock;
        // Each its own: chance is for one thread.
        this.random = new SeededRandom(random.nextLong());
        this.port = port;
        this.regions = regions;
        this.peers = peers;
        this.home = home;
        this.pool = pool;
        this.dutyCycle = dutyCycle;
        this.counters = counters;
        this.rates = rates;
        lanes = new Lane[config.maxPeers()];
        regionTable = regions.table();
        payloadBytes =
                PacketSize.maxPayload(port.info().mtuBytes(), config.address().isIpv4());
        long ownMac = port.info().macAddress().value();
        submissions = new SubmissionRing(arena, config.submissionEntries());
        received = new Burst(arena, Tunables.BURST_FRAMES);
        frame = new FrameCheck(arena, config.address(), config.udpPort());
        transmitter = new Transmitter(number, port, arena, counters);
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
        pauses = config.flowControl() ? new PauseReceiver(lineRateBitsPerSecond, counters) : null;
        handover = new Handover(arena, this::dispatch);
        neighbours = port.info().resolvesNeighbours()
                ? new Neighbours(port.info().macAddress(), config.address(), config.maxPeers(), clock.nowNs())
                : null;
        PeerHeader replyHeader = new PeerHeader(arena, config.address(), config.address(), config.udpPort());
        PermittedPaths permittedPaths = PermittedPaths.of(config.paths());
        dataReceiver = new DataReceiver(
                number, peers, home, transmitter, counters, frame, replyHeader, ownMac, permittedPaths);
        controlReceiver = new ControlReceiver(number, peers, home, transmitter, counters, frame);
    }

    /** Makes the engines of an endpoint, this one among them, known to it; before the first duty cycle. */
    void join(Engine[] all) {
        engines = all;
    }

    /**
     * One duty cycle.
     *
     * @return a positive count if there was something to do
     */
    public int doWork() {
        dutyCycle.begin();
        try {
            // A clock that steps back stands still here.
            nowNs = Math.max(nowNs, clock.nowNs());
            rates.onDutyCycle(nowNs);
            // First, so that what waits for a receive slot comes before what arrives now (R7.2).
            int work = dataReceiver.fireWaiting();
            work += receive();
            work += takePosts();
            work += serveTimers();
            work += dataReceiver.acknowledge(nowNs);
            work += controlFlow();
            work += send();
            work += askNeighbours();
            work += transmitter.flush();
            home.ringsOfEngine(number).deliverEvents();
            return work;
        } finally {
            dutyCycle.end();
        }
    }

    private int receive() {
        int count = port.receive(received);
        // After that: whoever sent a frame may have been told of a region since this duty cycle began.
        regionTable = regions.table();
        for (int i = 0; i < count; i++) {
            long each = received.frame(i);
            dispatch(Frame.dataAddress(each), Frame.lengthBytes(each));
        }
        backlog.onReceived(count == received.capacity());
        if (count > 0) {
            port.release(received);
        }
        return engines.length > 1 ? count + handover.receive() : count;
    }

    private void dispatch(long data, int lengthBytes) {
        int kind = frame.check(data, lengthBytes);
        int owner = owner(kind);
        if (owner != number) {
            counters.increment(EndpointCounter.HANDED_OVER);
            engines[owner].handover.offer(handedOver, data, lengthBytes);
            return;
        }
        switch (kind) {
            case PacketKind.DATA -> {
                if (pauses != null) {
                    backlog.sawClass(frame.trafficClass());
                }
                activate(dataReceiver.onData(regionTable, nowNs));
            }
            case PacketKind.SACK, PacketKind.NACK, PacketKind.PROBE -> resume(controlReceiver.onControl(kind, nowNs));
            case PacketKind.DATA_TRIMMED -> dataReceiver.onTrimmed(nowNs);
            case PacketKind.NEIGHBOUR -> onNeighbour(data, lengthBytes);
            case PacketKind.PAUSE -> onPause(data);
            default -> counters.increment(FrameDefect.ofCode(kind).counter());
        }
    }

    /** R10.3: the engine that a packet belongs to: by its source's number for data, by its destination for what answers data. */
    private int owner(int kind) {
        if (engines.length == 1) {
            return number;
        }
        return switch (kind) {
            case PacketKind.DATA, PacketKind.DATA_TRIMMED ->
                QueuePair.engine(IdentityLayout.sourceQp(frame.identityAddress())) % engines.length;
            case PacketKind.SACK, PacketKind.NACK ->
                QueuePair.engine(BthLayout.destinationQp(frame.bthAddress())) % engines.length;
            case PacketKind.PROBE ->
                ProbeLayout.isAnswer(frame.bthAddress())
                        ? QueuePair.engine(BthLayout.destinationQp(frame.bthAddress())) % engines.length
                        : number;
            default -> number;
        };
    }

    private void onPause(long data) {
        if (pauses == null) {
            counters.increment(EndpointCounter.FOREIGN);
        } else {
            pauses.onFrame(data, nowNs);
        }
    }

    private void onNeighbour(long data, int lengthBytes) {
        if (neighbours == null || !neighbours.onFrame(data, lengthBytes)) {
            counters.increment(EndpointCounter.FOREIGN);
        }
    }

    private int takePosts() {
        int taken = 0;
        @Nullable Lane posted = null;
        for (long entry = submissions.peek(); entry != 0 && taken < Tunables.POST_BUDGET; entry = submissions.peek()) {
            OutboundMessage message = pool.take();
            message.take(entry, payloadBytes, config);
            int peer = SubmissionRing.peer(entry);
            submissions.advance();
            @Nullable Lane lane = post(peer, message);
            if (lane != posted) {
                // Once for all that is posted to the same peer in a row.
                activate(posted);
                resume(posted);
                posted = lane;
            }
            taken++;
        }
        activate(posted);
        resume(posted);
        return engines.length > 1 ? taken + giveHelp() : taken;
    }

    /** Adds a message to its peer's; returns the peer, as this engine sees it, or null if it is gone. */
    private @Nullable Lane post(int number, OutboundMessage message) {
        Peer peer = peers.get(number);
        int packets = message.packets;
        boolean posted = false;
        if (peer != null) {
            peer.lock();
            posted = !peer.isEvicted();
            if (posted) {
                peer.outbound().post(message);
            }
            peer.unlock();
        }
        if (peer == null || !posted) {
            message.status = CompletionStatus.PEER_GONE;
            home.rings(message.queue).putWrite(number, message);
            pool.recycle(message);
            return null;
        }
        if (packets >= config.stripePackets() || rates.isShared()) {
            askForHelp(peer);
        }
        return peer.lane(this.number);
    }

    /** A long message is striped over all engines that have time for it (R10.1). */
    private void askForHelp(Peer peer) {
        for (Engine engine : engines) {
            if (engine != this) {
                // A full queue is no loss: the message is sent all the same.
                engine.help.offer(peer);
            }
        }
    }

    private int giveHelp() {
        int given = 0;
        for (Peer peer = help.poll(); peer != null; peer = help.poll()) {
            Lane lane = peer.lane(number);
            activate(lane);
            resume(lane);
            given++;
        }
        return given;
    }

    private void activate(@Nullable Lane lane) {
        if (lane != null && !lane.isActive()) {
            lane.active(true);
            active.add(lane);
        }
    }

    /** Something may be sent to a peer, as far as the engine can tell: the rate policy says when. */
    private void resume(@Nullable Lane lane) {
        if (lane == null) {
            return;
        }
        Peer peer = lane.peer;
        if (lanes[peer.slot()] != lane) {
            lanes[peer.slot()] = lane;
            for (int trafficClass = 0; trafficClass < FlowKey.TRAFFIC_CLASSES; trafficClass++) {
                rates.reset(lane.firstFlow() + trafficClass);
                rates.addFlow(lane.firstFlow() + trafficClass, peer.address(), trafficClass, nowNs);
            }
        }
        lane.activateFlows(nowNs);
    }

    /** Serves what is due at each active peer, and drops those with nothing left to do. */
    private int serveTimers() {
        int work = 0;
        for (int i = active.size() - 1; i >= 0; i--) {
            Lane lane = active.get(i);
            lane.peer.lock();
            try {
                work += serveTimers(lane);
            } finally {
                lane.peer.unlock();
            }
            if (!lane.isActive()) {
                // Order does not matter: the last takes its place.
                Lane last = active.removeLast();
                if (last != lane) {
                    active.set(i, last);
                }
            }
        }
        return work;
    }

    private int serveTimers(Lane lane) {
        Peer peer = lane.peer;
        int work = 0;
        if (peer.isGone(nowNs, config.peerTimeoutNs())) {
            counters.increment(EndpointCounter.PEERS_GONE);
            peer.endRelation(CompletionStatus.PEER_GONE, peer.localIncarnation());
            lane.unreachable();
            home.rings(0).putEvent(peer.number(), CompletionStatus.PEER_GONE);
            work++;
        }
        lane.sync(nowNs);
        if (!peer.isWaiting()) {
            lane.active(false);
            return work;
        }
        if (lane.hasSent()) {
            lane.sendFlow().onTime(nowNs);
        }
        boolean found = lane.needsAddress() && (lane.isReachable() || resolve(lane));
        if (found || lane.hasSent() && lane.sendFlow().hasLost()) {
            lane.needsAddress(false);
            resume(lane);
        }
        if (peer.isProbeDue(nowNs)) {
            int nonce = (int) random.nextLong() & ~PathPolicy.PATH_NONCE;
            transmitter.sendProbe(lane, lane.paths().nextEntropy(nowNs), nonce);
            peer.probed(nowNs);
            work++;
        }
        return peer.mayProbe() ? work + probePaths(lane) : work;
    }

    /** R11.5, R11.6: finds out about paths that look dead. */
    private int probePaths(Lane lane) {
        int sent = 0;
        while (lane.isReachable() && nowNs >= lane.paths().probeDeadlineNs() && !transmitter.isBackedUp()) {
            int nonce = lane.paths().policy().takeProbe(nowNs);
            if (nonce == PathPolicy.NO_PROBE) {
                break;
            }
            transmitter.sendProbe(lane, PathPolicy.probeEntropy(nonce), nonce);
            counters.increment(EndpointCounter.PATH_PROBE_SENT);
            sent++;
        }
        return sent;
    }

    /** R12.6, R12.7: lets paused classes go on when it is time, and pauses the link's other end while the port has more than the engine takes. */
    private int controlFlow() {
        if (pauses == null) {
            return 0;
        }
        if (pauses.paused() != 0 && pauses.resume(nowNs) != 0) {
            for (int i = 0; i < active.size(); i++) {
                resume(active.get(i));
            }
        }
        int toResume = backlog.toResume();
        int toPause = backlog.toPause(nowNs);
        if ((toResume | toPause) == 0 || transmitter.isBackedUp()) {
            return 0;
        }
        if (toResume != 0) {
            transmitter.sendPause(toResume, 0);
            backlog.resumed();
        } else {
            long quanta = Tunables.PAUSE_NS * (lineRateBitsPerSecond / PauseLayout.QUANTUM_BITS) / NS_PER_SECOND;
            transmitter.sendPause(toPause, Math.clamp(quanta, 1, PauseLayout.MAX_QUANTA));
            backlog.paused(toPause, nowNs);
        }
        return 1;
    }

    private boolean isPaused(int trafficClass) {
        return pauses != null && (pauses.paused() & 1 << trafficClass) != 0;
    }

    /** Sends up to a budget of data packets, those of the flows that the rate policy names. */
    private int send() {
        int sent = 0;
        while (sent < Tunables.SEND_BUDGET_PACKETS && !transmitter.isBackedUp()) {
            int flow = rates.nextFlow(nowNs);
            if (flow == RatePolicy.NONE) {
                return sent;
            }
            Lane lane = Objects.requireNonNull(lanes[flow / FlowKey.TRAFFIC_CLASSES]);
            if (!lane.isReachable() && !resolve(lane)) {
                lane.needsAddress(true);
                rates.deactivate(flow);
                continue;
            }
            int trafficClass = flow % FlowKey.TRAFFIC_CLASSES;
            int count = isPaused(trafficClass) ? 0 : sendBurst(lane, trafficClass);
            if (count == 0) {
                rates.deactivate(flow);
            }
            sent += count;
        }
        return sent;
    }

    private int sendBurst(Lane lane, int trafficClass) {
        int limit = Math.min(transmitter.room(), rates.packetsAtOnce());
        int taken = 0;
        int staged;
        do {
            int count = Math.min(limit - taken, Transmitter.STAGE_PACKETS);
            lane.peer.lock();
            try {
                lane.sync(nowNs);
                staged = stage(lane, trafficClass, count);
            } finally {
                lane.peer.unlock();
            }
            transmitter.writeData(lane.header);
            taken += staged;
        } while (staged == Transmitter.STAGE_PACKETS && taken < limit);
        return taken;
    }

    private int stage(Lane lane, int trafficClass, int limit) {
        Outbound outbound = lane.peer.outbound();
        SendFlow flow = lane.sendFlow();
        for (int taken = 0; taken < limit; taken++) {
            int slot = outbound.takePacket(flow, trafficClass);
            if (slot == Outbound.NOTHING) {
                return taken;
            }
            OutboundMessage message = flow.message(slot);
            if (message.checkedIn != regionTable) {
                checkSource(outbound, message);
            }
            if (flow.isUndeliverable(slot)) {
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

    /** Whether the peer's Ethernet address is known by now. */
    private boolean resolve(Lane lane) {
        IpAddress address = lane.peer.address();
        long mac = neighbours == null ? NO_MAC : neighbours.macOf(address.high(), address.low());
        if (mac < 0) {
            return false;
        }
        lane.reachableAt(port.info().macAddress().value(), mac);
        return true;
    }

    private int askNeighbours() {
        return neighbours != null && !transmitter.isBackedUp() ? transmitter.sendNeighbour(neighbours, nowNs) : 0;
    }

    /** When {@link #doWork} must run next, if nothing arrives and nothing is posted; the engine's thread. */
    public long nextDeadlineNs() {
        boolean hasWork = transmitter.hasFilled()
                || dataReceiver.hasWork()
                || submissions.peek() != 0
                || !help.isEmpty()
                || !handover.isEmpty();
        if (hasWork) {
            return nowNs;
        }
        long deadlineNs = Math.max(nowNs, rates.nextDeadlineNs());
        if (pauses != null) {
            deadlineNs = Math.min(deadlineNs, pauses.deadlineNs());
        }
        if (neighbours != null) {
            deadlineNs = Math.min(deadlineNs, neighbours.nextDeadlineNs());
        }
        for (int i = 0; i < active.size(); i++) {
            Lane lane = active.get(i);
            lane.peer.lock();
            deadlineNs = Math.min(deadlineNs, lane.deadlineNs(nowNs, config.peerTimeoutNs()));
            lane.peer.unlock();
        }
        return deadlineNs;
    }

    /** Where applications post. */
    SubmissionRing submissions() {
        return submissions;
    }

    /** What it counts. */
    public EndpointCounters counters() {
        return counters;
    }

    /** Returns when no duty cycle that began before the call is running; any thread. */
    void awaitDutyCycle() {
        dutyCycle.await();
    }

    /** Returns its frames to the port; after the last duty cycle. */
    void close() {
        transmitter.close();
    }
}
