package io.heliograph.benchmarks.emulator;

import io.heliograph.collectives.planning.controller.ControlLayout;
import io.heliograph.collectives.planning.controller.ControllerConfig;
import io.heliograph.collectives.planning.controller.ControllerLink;
import io.heliograph.collectives.planning.controller.GrantedChunk;
import io.heliograph.collectives.planning.controller.GrantedNode;
import io.heliograph.collectives.planning.controller.GrantedRates;
import io.heliograph.collectives.planning.controller.LeafSpineShape;
import io.heliograph.collectives.planning.controller.NodeLink;
import io.heliograph.collectives.planning.controller.NodeMap;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.experiment.SlotControl;
import io.heliograph.emulator.experiment.SlotFigures;
import io.heliograph.emulator.experiment.SlotNetwork;
import io.heliograph.emulator.experiment.SlotSettings;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricPort;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.PortListener;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.wire.PacketSize;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The controller of {@code collectives} at a host of an emulated fabric, and its nodes at others: reports and grants are packets that queue and are lost like all others.
 *
 * <p>The controller takes no time to decide. All clocks are the fabric's.
 */
final class FabricController implements SlotControl, Actor, PortListener {
    private final Fabric fabric;
    private final VirtualTime time;
    private final SlotNetwork network;
    private final SlotSettings settings;
    private final long seed;
    private final int actor;
    private final GrantedChunk chunk;
    private final ControllerConfig config;
    private final FabricPort port;
    private final IpAddress address;
    private final Arena nodesArena = Arena.ofConfined();
    private final List<GrantedRates> policies = new ArrayList<>();
    private final List<NodeLink> nodes = new ArrayList<>();
    private final Map<IpAddress, Integer> numbers = new HashMap<>();
    private @Nullable Life life;
    private int lives;
    private long deadFromPs = EventQueue.NEVER;
    private long deadUntilPs = EventQueue.NEVER;
    private long grantedBefore;
    private long reportsBefore;

    /** A controller from its beginning to its end. */
    private static final class Life implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final Port port;
        private final ControllerLink link;

        Life(Port port, IpAddress address, ControllerConfig config, long nowNs) {
            this.port = port;
            link = new ControllerLink(port, address, ControlLayout.DEFAULT_UDP_PORT, config, arena, nowNs);
        }

        @Override
        public void close() {
            link.close();
            port.close();
            arena.close();
        }
    }

    /** Begins at once. */
    FabricController(SlotNetwork network, SlotSettings settings, long seed) {
        this.network = network;
        this.settings = settings;
        this.seed = seed;
        fabric = network.fabric();
        time = fabric.time();
        int mtuBytes = fabric.config().mtuBytes();
        chunk = GrantedChunk.of(
                settings.chunkBytes(),
                PacketSize.maxPayload(mtuBytes, true),
                mtuBytes,
                network.lineRateBitsPerSecond());
        int memory = Integer.highestOneBit(4 * (settings.leadSlots() + 2 * settings.batchSlots())) * 2;
        config = new ControllerConfig(
                new LeafSpineShape(network.nodes(), network.nodesPerLeaf(), network.spines()),
                chunk.slotNs(settings.guardNs()),
                settings.batchSlots(),
                settings.leadSlots(),
                settings.reportNs(),
                memory);
        for (int node = 0; node < network.nodes(); node++) {
            numbers.put(HostAddresses.ipv4(node), node);
        }
        port = fabric.port(settings.host());
        address = HostAddresses.ipv4(settings.host());
        actor = time.add(this);
        port.listener(this);
        begin();
    }

    private Port steered(FabricPort at) {
        Port queue = at.steer(ControlLayout.DEFAULT_UDP_PORT);
        FaultConfig faults = new FaultConfig(
                settings.loss(),
                0,
                0,
                0,
                0,
                FaultConfig.DEFAULT_TRIM_BYTES,
                0,
                0,
                seed * 31 + at.host() + 997L * lives);
        return settings.loss() == 0 ? queue : new FaultInjectorPort(queue, faults, time);
    }

    private void begin() {
        lives++;
        life = new Life(steered(port), address, config, time.nowNs());
        time.schedule(actor, time.nowPs());
    }

    private void end() {
        if (life != null) {
            grantedBefore += life.link.controller().granted();
            reportsBefore += life.link.controller().reports();
            life.close();
            life = null;
        }
    }

    @Override
    public void dead(long fromPs, long untilPs) {
        deadFromPs = fromPs;
        deadUntilPs = untilPs;
        time.schedule(actor, Math.min(time.momentPs(actor), fromPs));
    }

    @Override
    public void arrived(long nowPs) {
        if (life != null) {
            time.schedule(actor, nowPs);
        }
    }

    @Override
    public void drained(long nowPs) {
        arrived(nowPs);
    }

    @Override
    public void act(long nowPs) {
        if (life != null && nowPs >= deadFromPs && nowPs < deadUntilPs) {
            end();
        } else if (life == null && nowPs >= deadUntilPs) {
            begin();
        }
        Life present = life;
        if (present == null) {
            time.schedule(actor, deadUntilPs);
            return;
        }
        present.link.poll(time.nowNs());
        long nextNs = present.link.controller().nextDeadlineNs();
        long nextPs = nextNs == Long.MAX_VALUE
                ? EventQueue.NEVER
                : Math.max(nowPs + VirtualTime.PS_PER_NS, nextNs * VirtualTime.PS_PER_NS);
        time.schedule(actor, nowPs < deadFromPs ? Math.min(nextPs, deadFromPs) : nextPs);
    }

    @Override
    public RatePolicyFactory policy(int host, RatePolicyFactory others) {
        NodeMap map = new NodeMap() {
            @Override
            public int node(IpAddress of) {
                return numbers.getOrDefault(of, OTHER);
            }

            @Override
            public int entropy(int destination, int path) {
                return path == GrantedNode.NONE ? RatePolicy.ANY_PATH : network.entropy(host, destination, path);
            }
        };
        return (tables, flows, engines) -> {
            if (engines != 1) {
                throw new IllegalArgumentException("granted slots are for one engine, not " + engines);
            }
            NodeLink link = new NodeLink(
                    steered(fabric.port(host)),
                    HostAddresses.ipv4(host),
                    address,
                    ControlLayout.DEFAULT_UDP_PORT,
                    config,
                    host,
                    new SeededRandom(seed * 1009 + host),
                    nodesArena,
                    time.nowNs());
            nodes.add(link);
            GrantedRates policy =
                    new GrantedRates(others.make(tables, flows, engines), link, map, chunk, settings.trafficClass());
            policies.add(policy);
            return policy;
        };
    }

    @Override
    public SlotFigures figures() {
        long unused = 0;
        long late = 0;
        for (GrantedRates each : policies) {
            unused += each.unusedSlots();
        }
        for (NodeLink each : nodes) {
            unused += each.node().unused();
            late += each.node().staleGrants();
        }
        Life present = life;
        return new SlotFigures(
                grantedBefore + (present == null ? 0 : present.link.controller().granted()),
                unused,
                late,
                reportsBefore + (present == null ? 0 : present.link.controller().reports()));
    }

    @Override
    public void close() {
        port.listener(PortListener.NONE);
        time.schedule(actor, EventQueue.NEVER);
        end();
        nodes.forEach(NodeLink::close);
        nodesArena.close();
    }
}
