package io.heliograph.transport.engine;

import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.neighbour.Neighbours;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.queue.SubmissionRing;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameDefect;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PeerHeader;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One sending and receiving pipeline over one port: {@link #doWork} is its whole loop.
 *
 * <p>Everything it owns belongs to the thread that calls {@link #doWork}; the submission ring and the completion rings are where other
 * threads meet it.
 */
public final class Engine implements CompletionSink {
    /** What the destination is called where every frame reaches the one node there is. */
    private static final long NO_MAC = 0;

    private final EndpointConfig config;
    private final Clock clock;
    private final RandomSource random;
    private final Port port;
    private final Regions regions;
    private final Peers peers;
    private final SubmissionRing submissions;
    private final CompletionRings completions;
    private final Counters counters = new Counters();
    private final Burst received;
    private final FrameCheck frame;
    private final Transmitter transmitter;
    private final DataReceiver dataReceiver;
    private final ControlReceiver controlReceiver;
    private final DutyCycle dutyCycle = new DutyCycle();
    /** Peers with something to send or to wait for. */
    private final ArrayList<Peer> active = new ArrayList<>();

    /** Who finds out Ethernet addresses, where the port needs it. */
    private final @Nullable Neighbours neighbours;

    private final int mtuBytes;
    private int sendCursor;
    private long nowNs = Long.MIN_VALUE;
    private RegionTable regionTable;
    private @Nullable OutboundMessage freeMessages;

    /**
     * An engine over an open port, which it polls but does not close.
     *
     * @param arena outlives the engine; it may be used from the engine's thread
     */
    public Engine(
            int number,
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            Port port,
            Regions regions,
            Arena arena) {
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.port = port;
        this.regions = regions;
        regionTable = regions.table();
        mtuBytes = port.info().mtuBytes();
        long ownMac = port.info().macAddress().value();
        peers = new Peers(config, arena, this, counters, ownMac);
        submissions = new SubmissionRing(arena, config.submissionEntries());
        completions = new CompletionRings(arena, config.submissionEntries(), config.receiveSlots());
        received = new Burst(arena, Tunables.BURST_FRAMES);
        frame = new FrameCheck(arena, config.address(), config.udpPort());
        transmitter = new Transmitter(number, port, arena, counters);
        neighbours = port.info().resolvesNeighbours()
                ? new Neighbours(port.info().macAddress(), config.address(), config.maxPeers(), clock.nowNs())
                : null;
        PeerHeader replyHeader = new PeerHeader(arena, config.address(), config.address(), config.udpPort());
        dataReceiver = new DataReceiver(config, peers, transmitter, completions, counters, frame, replyHeader, ownMac);
        controlReceiver = new ControlReceiver(peers, transmitter, completions, counters, frame);
        for (int i = 0; i < config.submissionEntries(); i++) {
            recycle(new OutboundMessage());
        }
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
            regionTable = regions.table();
            // First, so that what waits for a receive slot comes before what arrives now (R7.2).
            int work = dataReceiver.fireWaiting();
            work += receive();
            work += takePosts();
            work += serveTimers();
            work += dataReceiver.acknowledge();
            work += send();
            work += askNeighbours();
            work += transmitter.flush();
            completions.deliverEvents();
            return work;
        } finally {
            dutyCycle.end();
        }
    }

    private int receive() {
        int count = port.receive(received);
        for (int i = 0; i < count; i++) {
            long each = received.frame(i);
            dispatch(Frame.dataAddress(each), Frame.lengthBytes(each));
        }
        if (count > 0) {
            port.release(received);
        }
        return count;
    }

    private void dispatch(long data, int lengthBytes) {
        int kind = frame.check(data, lengthBytes);
        switch (kind) {
            case PacketKind.DATA -> activate(dataReceiver.onData(regionTable, nowNs));
            case PacketKind.SACK -> controlReceiver.onSack(nowNs);
            case PacketKind.NACK -> controlReceiver.onNack(nowNs);
            case PacketKind.PROBE -> controlReceiver.onProbe(nowNs);
            case PacketKind.DATA_TRIMMED -> dataReceiver.onTrimmed();
            case PacketKind.NEIGHBOUR -> onNeighbour(data, lengthBytes);
            default -> counters.increment(FrameDefect.ofCode(kind).counter());
        }
    }

    private void onNeighbour(long data, int lengthBytes) {
        if (neighbours == null || !neighbours.onFrame(data, lengthBytes)) {
            counters.increment(EndpointCounter.FOREIGN);
        }
    }

    private int takePosts() {
        int taken = 0;
        for (long entry = submissions.peek(); entry != 0 && taken < Tunables.POST_BUDGET; entry = submissions.peek()) {
            Peer peer = peers.get(SubmissionRing.peer(entry));
            OutboundMessage message = newMessage();
            message.take(entry, peer.header().maxPayload(mtuBytes));
            submissions.advance();
            peer.outbound().post(message);
            activate(peer);
            taken++;
        }
        return taken;
    }

    private OutboundMessage newMessage() {
        OutboundMessage message = freeMessages;
        if (message == null) {
            return new OutboundMessage();
        }
        freeMessages = message.nextInQueue;
        return message;
    }

    private void activate(@Nullable Peer peer) {
        if (peer != null && !peer.isActive()) {
            peer.active(true);
            active.add(peer);
        }
    }

    /** Serves what is due at each active peer, and drops those with nothing left to do. */
    private int serveTimers() {
        int work = 0;
        for (int i = active.size() - 1; i >= 0; i--) {
            Peer peer = active.get(i);
            if (peer.isGone(nowNs, config.peerTimeoutNs())) {
                counters.increment(EndpointCounter.PEERS_GONE);
                peer.endRelation(CompletionStatus.PEER_GONE, peer.localIncarnation());
                peer.unreachable();
                completions.putEvent(peer.number(), CompletionStatus.PEER_GONE);
                work++;
            }
            if (!peer.isWaiting()) {
                peer.active(false);
                // Order does not matter: the last takes its place.
                Peer last = active.removeLast();
                if (last != peer) {
                    active.set(i, last);
                }
                continue;
            }
            peer.outbound().flow().onTime(nowNs);
            if (peer.isProbeDue(nowNs)) {
                transmitter.sendProbe(peer, false, (int) random.nextLong());
                peer.probed(nowNs);
                work++;
            }
        }
        return work;
    }

    /** Sends up to a budget of data packets, a burst at a time from each peer in turn. */
    private int send() {
        int sent = 0;
        int idlePeers = 0;
        while (sent < Tunables.SEND_BUDGET_PACKETS && idlePeers < active.size()) {
            sendCursor = sendCursor + 1 < active.size() ? sendCursor + 1 : 0;
            int count = sendBurst(active.get(sendCursor));
            idlePeers = count == 0 ? idlePeers + 1 : 0;
            sent += count;
        }
        return sent;
    }

    private int sendBurst(Peer peer) {
        if (!peer.isReachable() && !resolve(peer)) {
            return 0;
        }
        SendFlow flow = peer.outbound().flow();
        for (int sent = 0; sent < Tunables.BURST_FRAMES; sent++) {
            if (transmitter.isBackedUp()) {
                return sent;
            }
            int slot = peer.outbound().takePacket();
            if (slot == Outbound.NOTHING) {
                return sent;
            }
            OutboundMessage message = flow.message(slot);
            if (message.checkedIn != regionTable) {
                checkSource(peer, message);
            }
            transmitter.sendData(peer, flow, slot, nowNs);
        }
        return Tunables.BURST_FRAMES;
    }

    /** A source that was deregistered meanwhile must not be read any more. */
    private void checkSource(Peer peer, OutboundMessage message) {
        int slot = regionTable.find(message.localKey);
        if (slot == RegionTable.NONE || !regionTable.contains(slot, message.localAddress, message.lengthBytes)) {
            peer.outbound().fail(message, CompletionStatus.REGION_GONE);
        }
        message.checkedIn = regionTable;
    }

    /** Whether the peer's Ethernet address is known by now. */
    private boolean resolve(Peer peer) {
        IpAddress address = peer.address();
        long mac = neighbours == null ? NO_MAC : neighbours.macOf(address.high(), address.low());
        if (mac < 0) {
            return false;
        }
        peer.reachableAt(port.info().macAddress().value(), mac);
        return true;
    }

    private int askNeighbours() {
        return neighbours != null && !transmitter.isBackedUp() ? transmitter.sendNeighbour(neighbours, nowNs) : 0;
    }

    /** When {@link #doWork} must run next, if nothing arrives and nothing is posted; the engine's thread. */
    public long nextDeadlineNs() {
        if (transmitter.hasFilled() || dataReceiver.hasWork() || submissions.peek() != 0) {
            return nowNs;
        }
        long deadlineNs = neighbours == null ? Long.MAX_VALUE : neighbours.nextDeadlineNs();
        for (int i = 0; i < active.size(); i++) {
            deadlineNs = Math.min(deadlineNs, active.get(i).deadlineNs(nowNs, config.peerTimeoutNs()));
        }
        return deadlineNs;
    }

    @Override
    public void complete(Peer peer, OutboundMessage message) {
        completions.putWrite(peer.number(), message);
    }

    @Override
    public void recycle(OutboundMessage message) {
        message.nextInQueue = freeMessages;
        freeMessages = message;
    }

    /** Where applications post. */
    public SubmissionRing submissions() {
        return submissions;
    }

    /** Where applications poll. */
    public CompletionRings completions() {
        return completions;
    }

    /** The nodes it knows. */
    public Peers peers() {
        return peers;
    }

    /** What it counts. */
    public Counters counters() {
        return counters;
    }

    /** Returns when no duty cycle that began before the call is running; any thread. */
    public void awaitDutyCycle() {
        dutyCycle.await();
    }

    /** Returns its frames to the port; after the last duty cycle. */
    public void close() {
        transmitter.close();
    }
}
