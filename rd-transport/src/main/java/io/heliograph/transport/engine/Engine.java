package io.heliograph.transport.engine;

import io.heliograph.transport.Clock;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.queue.SubmissionRing;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.wire.BthLayout;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PacketSize;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.ProbeLayout;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;
import java.util.Arrays;
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
    private final int number;
    private final Clock clock;
    private final Port port;
    private final Regions regions;
    private final CompletionRings rings;
    private final Counters counters;
    private final RatePolicy rates;
    private final Burst received;
    private final FrameCheck frame;
    private final Transmitter transmitter;
    private final Acknowledger acknowledger;
    private final DataReceiver dataReceiver;
    private final TrimReceiver trimReceiver;
    private final ControlReceiver controlReceiver;
    private final DataSender dataSender;
    private final ActiveLanes active;
    private final PostReceiver postReceiver;
    private final DutyCycle dutyCycle;
    /** Frames for this engine that came to others. */
    private final Handover handover;

    private final UnsafeBuffer handedOver = new UnsafeBuffer(0, 0);
    /** If pauses of the link are on. */
    private final @Nullable FlowControl flowControl;
    /** Who finds out Ethernet addresses, where the port needs it. */
    private final @Nullable Neighbours neighbours;

    private Engine[] engines = {this};
    private long nowNs = Long.MIN_VALUE;
    private RegionTable regionTable;
    /** Whether the port had no more than it gave in this duty cycle. */
    private boolean allRead;

    Engine(
            int number,
            Shared shared,
            RandomSource seeds,
            Port port,
            DutyCycle dutyCycle,
            Counters counters,
            RatePolicy rates,
            long lineRateBitsPerSecond) {
        this.number = number;
        this.port = port;
        this.dutyCycle = dutyCycle;
        this.counters = counters;
        this.rates = rates;
        clock = shared.clock();
        regions = shared.regions();
        regionTable = regions.table();
        // Each its own: chance is for one thread.
        RandomSource random = new SeededRandom(seeds.nextLong());
        EndpointConfig config = shared.config();
        Arena arena = shared.arena();
        Peers peers = shared.peers();
        Home home = shared.home();
        rings = home.ringsOfEngine(number);
        received = new Burst(arena, Tunables.BURST_FRAMES);
        frame = new FrameCheck(arena, config.address(), config.udpPort());
        transmitter = new Transmitter(number, peers.isShared(), port, arena, counters);
        flowControl = config.flowControl() ? new FlowControl(transmitter, lineRateBitsPerSecond, counters) : null;
        handover = new Handover(arena, port.info().mtuBytes(), this::dispatchAlone);
        neighbours = port.info().resolvesNeighbours()
                ? new Neighbours(port.info().macAddress(), config.address(), config.peerPlaces(), clock.nowNs())
                : null;
        long ownMac = port.info().macAddress().value();
        PeerHeader strangersHeader = new PeerHeader(arena, config.address(), config.address(), config.udpPort());
        Refusals refusals =
                new Refusals(peers, transmitter, frame, strangersHeader, PermittedPaths.of(config.paths()), ownMac);
        Relations relations = new Relations(peers, refusals, counters, frame, ownMac);
        acknowledger = new Acknowledger(transmitter);
        dataReceiver =
                new DataReceiver(number, home, relations, refusals, acknowledger, counters, frame, peers.isShared());
        trimReceiver = new TrimReceiver(number, peers, refusals, counters, frame);
        DueLanes due = new DueLanes();
        controlReceiver = new ControlReceiver(number, peers, due, transmitter, counters, frame);
        dataSender = new DataSender(
                number, regions, rates, due, transmitter, flowControl, neighbours, ownMac, config.peerPlaces());
        active = new ActiveLanes(random, due, dataSender, transmitter, counters, config.peerTimeoutNs());
        int payloadBytes =
                PacketSize.maxPayload(port.info().mtuBytes(), config.address().isIpv4());
        postReceiver = new PostReceiver(
                number, config, arena, peers, home, shared.pool(), rates, active, dataSender, payloadBytes);
    }

    /** Makes the engines of an endpoint, this one among them, known to it; before the first duty cycle. */
    void join(Engine[] all) {
        engines = all;
        PostReceiver[] others = new PostReceiver[all.length - 1];
        Arrays.setAll(others, i -> all[i < number ? i : i + 1].postReceiver);
        postReceiver.join(others);
        active.join(postReceiver::askForHelp);
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
            work += postReceiver.receive(nowNs);
            work += active.serve(nowNs, allRead);
            work += acknowledger.acknowledge(nowNs);
            work += controlFlow();
            work += dataSender.send(regionTable, nowNs);
            work += askNeighbours();
            work += transmitter.flush();
            rings.deliverEvents();
            return work;
        } finally {
            dutyCycle.end();
        }
    }

    private int receive() {
        int count = port.receive(received);
        allRead = count < received.capacity();
        // After that: whoever sent a frame may have been told of a region since this duty cycle began.
        regionTable = regions.table();
        for (int i = 0; i < count; i++) {
            long each = received.frame(i);
            dispatch(Frame.dataAddress(each), Frame.lengthBytes(each));
        }
        takeKept();
        if (flowControl != null) {
            flowControl.onBurst(!allRead);
        }
        if (count > 0) {
            port.release(received);
        }
        return engines.length > 1 ? count + handover.receive() : count;
    }

    /** Takes a frame that does not stay. */
    private void dispatchAlone(long data, int lengthBytes) {
        dispatch(data, lengthBytes);
        takeKept();
    }

    private void takeKept() {
        serve(dataReceiver.takeKept(regionTable));
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
            case PacketKind.DATA -> onData();
            case PacketKind.SACK, PacketKind.NACK, PacketKind.PROBE -> onControl(kind);
            case PacketKind.DATA_TRIMMED -> trimReceiver.onTrimmed(nowNs);
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

    private void onData() {
        if (flowControl != null) {
            flowControl.onData(frame.trafficClass());
        }
        serve(dataReceiver.onData(regionTable, nowNs));
    }

    private void serve(@Nullable Lane lane) {
        if (lane != null) {
            active.stir(lane);
        }
    }

    private void onControl(int kind) {
        Lane lane = controlReceiver.onControl(kind, nowNs);
        if (lane != null) {
            dataSender.resume(lane, nowNs);
        }
    }

    private void onPause(long data) {
        if (flowControl == null) {
            counters.increment(EndpointCounter.FOREIGN);
        } else {
            flowControl.onPause(data, nowNs);
        }
    }

    private void onNeighbour(long data, int lengthBytes) {
        if (neighbours == null || !neighbours.onFrame(data, lengthBytes)) {
            counters.increment(EndpointCounter.FOREIGN);
        }
    }

    private int controlFlow() {
        if (flowControl == null) {
            return 0;
        }
        if (flowControl.resumes(nowNs)) {
            active.resumeAll(nowNs);
        }
        return flowControl.send(nowNs);
    }

    private int askNeighbours() {
        return neighbours != null && !transmitter.isBackedUp() ? transmitter.sendNeighbour(neighbours, nowNs) : 0;
    }

    /**
     * When {@link #doWork} must run next, if nothing arrives and nothing is posted; somewhat early where a timer was put off. The engine's thread.
     */
    public long nextDeadlineNs() {
        boolean hasWork = transmitter.hasFilled()
                || dataReceiver.hasWork()
                || acknowledger.hasWork()
                || postReceiver.hasWork()
                || !handover.isEmpty();
        if (hasWork) {
            return nowNs;
        }
        long deadlineNs = Math.max(nowNs, rates.nextDeadlineNs());
        if (flowControl != null) {
            deadlineNs = Math.min(deadlineNs, flowControl.deadlineNs());
        }
        if (neighbours != null) {
            deadlineNs = Math.min(deadlineNs, neighbours.nextDeadlineNs());
        }
        return Math.min(deadlineNs, active.deadlineNs(nowNs));
    }

    /** Where applications post. */
    SubmissionRing submissions() {
        return postReceiver.submissions();
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
