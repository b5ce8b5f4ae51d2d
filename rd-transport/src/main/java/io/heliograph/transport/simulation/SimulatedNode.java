package io.heliograph.transport.simulation;

import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.rate.Aggressiveness;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.Swift;
import io.heliograph.transport.rate.SwiftConfig;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node: an endpoint over ports of the fabric, its memory and clock, an application that polls, and when it must run next. */
final class SimulatedNode {
    /** A duty cycle takes this long. */
    private static final long CYCLE_NS = 1_000;
    /** How much longer the next duty cycle waits, at most, while none has anything to do: 64 us. */
    private static final int MAX_IDLE_SHIFT = 6;

    private static final int FIRST_INCARNATION = 1000;
    private static final int INCARNATIONS_PER_LIFE = 1_000_000;
    private static final int MAX_REGIONS = 8;
    /** What {@link #nodeOfPeer} calls a stranger whose number means nobody any more. */
    static final int FORGOTTEN = -1;

    private static final long SWIFT_TARGET_NS = 25_000;
    private static final double SWIFT_MIN_WINDOW = 0.1;

    final int index;
    final NodeMemory memory;
    final NodeClock clock;
    private final Settings settings;
    private final Fabric fabric;
    private final SeededRandom random;
    private final CompletionHandler handler;
    private final Map<Integer, Integer> nodesOfPeers = new HashMap<>();
    private final PathCheck paths;
    private PacketEndpoint endpoint;
    private MemoryRegion source;
    private MemoryRegion target;
    private int incarnation = FIRST_INCARNATION;

    private int lives;
    private long cycles;
    private boolean engineStalled;
    private int stalls;
    private boolean pollStalled;
    private long busyUntilNs;
    private long deadlineNs;
    private int idleCycles;

    SimulatedNode(
            int index,
            Settings settings,
            Fabric fabric,
            NodeMemory memory,
            SeededRandom random,
            CompletionHandler handler) {
        this.index = index;
        this.settings = settings;
        this.fabric = fabric;
        this.memory = memory;
        this.random = random;
        this.handler = handler;
        clock = new NodeClock(fabric);
        paths = new PathCheck(settings.nodes(), settings.sending().deniedPaths(index));
        memory.useFirstSource();
        endpoint = open();
        source = endpoint.register(memory.source(), 0);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
    }

    private PacketEndpoint open() {
        for (SimulatedPort port : fabric.ports(index)) {
            port.usedBy(clock, paths);
        }
        PacketEndpoint opened = PacketEndpoint.open(
                config(), clock, new SeededRandom(random.nextLong()), List.of(fabric.ports(index)), Arena.ofConfined());
        nodesOfPeers.clear();
        for (int other = 0; other < settings.nodes(); other++) {
            if (other != index && !isAmongStrangers()) {
                obeyOperator(opened, other);
            }
        }
        return opened;
    }

    /** The operator says again what he said to its former self. */
    private void obeyOperator(PacketEndpoint opened, int other) {
        int peer = opened.addPeer(settings.address(other));
        long fromStart = settings.sending().deniedPaths(index);
        for (int path = 0; path < Tunables.ENTROPY_VALUES; path++) {
            if ((paths.denied(other) >>> path & 1) == 0) {
                opened.permitPath(peer, Tunables.ENTROPY_BASE + path);
            }
        }
        for (long rest = paths.denied(other) & ~fromStart; rest != 0; rest &= rest - 1) {
            opened.denyPath(peer, Tunables.ENTROPY_BASE + Long.numberOfTrailingZeros(rest));
        }
    }

    /** The operator denies a path, or permits it: the last one cannot be denied. */
    void denyPath(Event.PathDenied event) {
        if (isAmongStrangers()) {
            return;
        }
        int peer = peerNumber(event.to());
        int entropy = Tunables.ENTROPY_BASE + event.path();
        boolean isLast = event.denied() && (paths.denied(event.to()) | 1L << event.path()) == -1;
        try {
            if (event.denied()) {
                endpoint.denyPath(peer, entropy);
            } else {
                endpoint.permitPath(peer, entropy);
            }
        } catch (IllegalArgumentException refused) {
            if (isLast) {
                return;
            }
            throw refused;
        }
        if (isLast && (paths.denied(event.to()) >>> event.path() & 1) == 0) {
            throw new Violation(PathCheck.class, "node " + index + " let the last path be denied: " + event);
        }
        if (event.denied()) {
            paths.deny(event.to(), event.path());
        } else {
            paths.permit(event.to(), event.path());
        }
        touch();
    }

    /** Whether it knows nobody, and has little room for those who write to it. */
    private boolean isAmongStrangers() {
        return index == 0 && settings.strangerRoom() > 0;
    }

    private EndpointConfig config() {
        Settings.Sending sending = settings.sending();
        EndpointConfig config = EndpointConfig.of(settings.address(index))
                .withIncarnation(incarnation)
                .withWindowPackets(settings.sequences().windowPackets(index))
                .withSequenceOrigin(settings.sequences().origin())
                .withWorkQueues(settings.workQueues())
                .withSubmissionEntries(settings.submissionEntries())
                .withReceiveSlots(settings.receiveSlots())
                .withMaxPeers(isAmongStrangers() ? settings.strangerRoom() : Simulation.MAX_NODES)
                .withMaxRegions(MAX_REGIONS)
                .withPeerTimeoutNs(settings.peerTimeoutNs())
                .withStripePackets(sending.stripePackets())
                .withFlowControl(sending.flowControl())
                .withPaths(PathConfig.of(PathSpray.ADAPTIVE).withDenied(deniedEntropies()))
                .withRatePolicy(ratePolicy(sending.rates()));
        for (int queue = 0; queue < settings.workQueues(); queue++) {
            config = config.withTrafficClass(queue, sending.trafficClass(queue));
        }
        return config;
    }

    private int[] deniedEntropies() {
        long denied = settings.sending().deniedPaths(index);
        int[] entropies = new int[Long.bitCount(denied)];
        for (int i = 0; i < entropies.length; i++) {
            entropies[i] = Tunables.ENTROPY_BASE + Long.numberOfTrailingZeros(denied);
            denied &= denied - 1;
        }
        return entropies;
    }

    private RatePolicyFactory ratePolicy(Settings.Rates rates) {
        return switch (rates) {
            case TABLES -> RatePolicyFactory.TABLE_PACED;
            case LINE -> RatePolicyFactory.LINE_RATE;
            case SWIFT -> (tables, flows, _) -> new Swift(flows, swift(), Aggressiveness.EVEN);
        };
    }

    /** As the paper has it, but for the least window: with a thousandth of a packet, few losses and one long round trip mean silence for a minute. */
    private SwiftConfig swift() {
        SwiftConfig paper = SwiftConfig.of(settings.mtuBytes(), SimulatedPort.LINK_BITS_PER_SECOND, SWIFT_TARGET_NS);
        return new SwiftConfig(
                paper.packetWireBytes(),
                paper.lineRateBitsPerSecond(),
                paper.baseTargetNs(),
                paper.flowScalingRangeNs(),
                paper.flowScalingMinWindow(),
                paper.flowScalingMaxWindow(),
                paper.additiveIncrease(),
                paper.beta(),
                paper.maxDecrease(),
                SWIFT_MIN_WINDOW,
                paper.maxWindow(),
                paper.initialWindow());
    }

    /** Loads a rate table; its times are those of this node's clock. */
    void loadRates(Event.LoadRates rates) {
        long startNs = clock.nowNs() + rates.startsInNs();
        RateTable.Builder builder = RateTable.builder(SimulatedPort.LINK_BITS_PER_SECOND)
                .startNs(startNs)
                .otherFlows(rates.otherBitsPerSecond());
        List<Phase> phases = List.of(
                new Phase(0, rates.listedBitsPerSecond()), new Phase(rates.periodNs() / 2, rates.laterBitsPerSecond()));
        // One more than there are: nobody.
        for (int other = 0; other <= settings.nodes(); other++) {
            if (other != index) {
                builder.flow(settings.address(index), settings.address(other), 0, rates.periodNs(), phases);
            }
        }
        builder.flow(settings.address(settings.nodes()), settings.address(index), 0, rates.listedBitsPerSecond());
        endpoint.rateTables().replace(builder.build());
        checkRates(rates, startNs);
        touch();
    }

    void unloadRates() {
        endpoint.rateTables().replace(null);
        checkRates(null, 0);
        touch();
    }

    private void checkRates(Event.@Nullable LoadRates rates, long startNs) {
        for (SimulatedPort port : fabric.ports(index)) {
            port.rates().loaded(rates, startNs);
        }
    }

    /** What this node's endpoint calls another. */
    int peerNumber(int node) {
        return endpoint.addPeer(settings.address(node));
    }

    /** The node that its endpoint calls {@code peer}, or {@link #FORGOTTEN} if that one gave way before anybody asked. */
    int nodeOfPeer(int peer) {
        return nodesOfPeers.computeIfAbsent(peer, number -> {
            try {
                return (int) (endpoint.peerAddress(number).low() & 0xff) - 1;
            } catch (IllegalArgumentException e) {
                return FORGOTTEN;
            }
        });
    }

    PacketEndpoint endpoint() {
        return endpoint;
    }

    MemoryRegion target() {
        return target;
    }

    MemoryRegion source() {
        return source;
    }

    /** Duty cycles so far. */
    long cycles() {
        return cycles;
    }

    /** How often its engines stood still. */
    int stalls() {
        return stalls;
    }

    /** How often it restarted. */
    int lives() {
        return lives;
    }

    /** The process ends without a word, and another begins. */
    void restart() {
        endpoint.close();
        // R1.2: after all that its former selves may have used.
        incarnation += INCARNATIONS_PER_LIFE;
        lives++;
        endpoint = open();
        source = endpoint.register(memory.source(), 0);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
        touch();
    }

    void rotateKey() {
        endpoint.deregister(target);
        target = endpoint.register(memory.target(), MemoryRegion.REMOTE_WRITE);
    }

    void rotateSource() {
        endpoint.deregister(source);
        memory.swapSources();
        source = endpoint.register(memory.source(), 0);
    }

    void engineStalled(boolean value) {
        engineStalled = value;
        stalls += value ? 1 : 0;
        touch();
    }

    void pollStalled(boolean value) {
        pollStalled = value;
        touch();
    }

    /** The application did something: the engine is to look at it. */
    void touch() {
        deadlineNs = fabric.nowNs();
        idleCycles = 0;
    }

    /** When it must run next, or {@link Long#MAX_VALUE}. */
    long wakeNs() {
        if (engineStalled) {
            return Long.MAX_VALUE;
        }
        long wantedNs = Math.min(deadlineNs, fabric.arrivalNs(index));
        return wantedNs == Long.MAX_VALUE ? wantedNs : Math.max(wantedNs, busyUntilNs);
    }

    /** One duty cycle, and the application looks what came of it. */
    void run() {
        cycles++;
        int work = endpoint.doWork();
        if (!pollStalled) {
            work += endpoint.poll(handler, Integer.MAX_VALUE);
        }
        idleCycles = work > 0 ? 0 : Math.min(idleCycles + 1, MAX_IDLE_SHIFT);
        busyUntilNs = fabric.nowNs() + (CYCLE_NS << idleCycles);
        deadlineNs = clock.globalNs(endpoint.nextDeadlineNs());
    }

    /** Frames that the endpoint took from the ports and did not give back. */
    int heldFrames() {
        int held = 0;
        for (SimulatedPort port : fabric.ports(index)) {
            held += port.held();
        }
        return held;
    }

    void close() {
        endpoint.close();
    }
}
