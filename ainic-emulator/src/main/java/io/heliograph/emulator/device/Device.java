package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.device.layout.Feature;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.PortListener;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketSize;
import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An emulated NIC: registers that a driver reaches by {@link #bar}, rings and tables in host memory, a pipeline in virtual time, and a port to the link.
 *
 * <p>It listens to the port's frames as a {@link PortListener}; give it to {@link io.heliograph.emulator.fabric.FabricPort#listener}. Its thread is that of the time.
 */
public final class Device implements PortListener, AutoCloseable {
    /** How many times as many entries as a submission ring a completion ring and the event queue may have. */
    static final int COMPLETION_FACTOR = 4;

    private static final int MIN_ALIGNMENT = 64;
    private static final int MAX_UDP_PORT = 0xffff;
    private static final int TRAFFIC_CLASSES = 8;

    private final String name;
    private final VirtualTime time;
    private final Port port;
    private final RandomSource random;
    private final DeviceConfig config;
    private final PathConfig paths = PathConfig.of(PathSpray.ADAPTIVE);
    private final Arena arena = Arena.ofShared();
    private final DeviceParts parts;
    private final Pipeline pipeline;
    private final Bar bar;
    private final StageMeter doorbell;
    private Arena parserArena = Arena.ofShared();
    private @Nullable PacketEndpoint endpoint;
    /** What the last life began with. */
    private int incarnation;

    private boolean everEnabled;
    private boolean closed;

    private Device(
            String name, VirtualTime time, Port port, HostMemory memory, RandomSource random, DeviceConfig config) {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("device: the machine is big-endian; registers and rings are little-endian");
        }
        this.name = name;
        this.time = time;
        this.port = port;
        this.random = random;
        this.config = config;
        doorbell = new StageMeter("doorbell", config.pipeline().cyclePs());
        parts = new DeviceParts(time, arena, memory, config, paths.paths());
        bar = new Bar(
                time, doorbell, config.bus().writeLatencyPs(), config.capacity().queues(), new Control(this, parts));
        pipeline = new Pipeline(time, arena, port, config, parts);
        setUpRegisters();
    }

    /**
     * A device after its reset, which does nothing until a driver enables it.
     *
     * @param name for people and waveforms
     * @param port to the link; it stays the caller's to close, after the device
     * @param memory what the operating system lets the device reach
     * @param random where keys and the protocol's chance come from
     */
    public static Device open(
            String name, VirtualTime time, Port port, HostMemory memory, RandomSource random, DeviceConfig config) {
        return new Device(name, time, port, memory, random, config);
    }

    private void setUpRegisters() {
        parts.reset();
        BarMemory registers = parts.registers();
        CapacityConfig capacity = config.capacity();
        int features = 0;
        for (Feature each : Feature.values()) {
            features |= each == Feature.FLOW_CONTROL && !knowsLineRate() ? 0 : each.value();
        }
        registers.set(Register.FEATURES, features);
        registers.set(Register.QUEUES, capacity.queues());
        registers.set(Register.RING_ENTRIES, capacity.ringEntries());
        registers.set(Register.REGIONS, capacity.regions());
        registers.set(Register.PEERS, capacity.peers());
        registers.set(Register.RATE_PHASES, capacity.ratePhases());
        registers.set(Register.ENGINES, capacity.engines());
        registers.set(Register.PATHS, paths.paths());
        registers.set(Register.MTU, port.info().mtuBytes());
        registers.set(Register.LINE_RATE, port.info().linkBitsPerSecond());
        registers.set(Register.MAC, port.info().macAddress().value());
        registers.set(Register.WINDOW, capacity.windowPackets());
        registers.set(Register.RECEIVE_SLOTS, capacity.receiveSlots());
        registers.set(Register.CLOCK_HZ, config.pipeline().clockHz());
    }

    /** Pauses are told in bit times, which a link of unknown rate does not have. */
    private boolean knowsLineRate() {
        return port.info().linkBitsPerSecond() > 0;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What it was made with. */
    public DeviceConfig config() {
        return config;
    }

    /** The registers, as a processor reaches them. */
    public Mmio bar() {
        return bar;
    }

    /** Says who gets its interrupts. */
    public void interrupts(InterruptHandler handler) {
        parts.interrupts().handler(handler);
    }

    /** The steps of its pipeline, doorbells first. */
    public List<StageMeter> stages() {
        List<StageMeter> stages = new ArrayList<>();
        stages.add(doorbell);
        stages.addAll(pipeline.meters());
        return stages;
    }

    /** A counter of the device, since its reset. */
    public long count(DeviceCounter counter) {
        return switch (counter) {
            case BUS_READ_BYTES -> parts.bus().readBytes();
            case BUS_WRITE_BYTES -> parts.bus().writtenBytes();
            default -> parts.counts().get(counter);
        };
    }

    /** A counter of the protocol, since the device was enabled. */
    public long count(EndpointCounter counter) {
        return endpoint == null ? 0 : endpoint.counters().get(counter);
    }

    /** Work entries that were taken and did not end. */
    public int outstanding(int queue) {
        return parts.queues()[queue].outstanding();
    }

    long nowNs() {
        return time.nowNs();
    }

    /** The present moment. */
    public long nowPs() {
        return time.nowPs();
    }

    void wakeEngines(long nowPs) {
        pipeline.wakeEngines(nowPs);
    }

    /** Begins to work as the registers say, or says why not. */
    CommandStatus enable(long nowPs) {
        BarMemory registers = parts.registers();
        int wanted = registers.getInt(Register.INCARNATION);
        IpAddress address = new IpAddress(registers.get(Register.ADDRESS_HIGH), registers.get(Register.ADDRESS_LOW));
        int active = registers.getInt(Register.ACTIVE_QUEUES);
        long udpPort = registers.get(Register.UDP_PORT);
        boolean valid = wanted != 0
                && (!everEnabled || wanted - incarnation > 0)
                && !(address.high() == 0 && (address.low() == 0 || address.isIpv4() && address.ipv4() == 0))
                && active >= 1
                && active <= config.capacity().queues()
                && udpPort >= 1
                && udpPort <= MAX_UDP_PORT
                && registers.get(Register.FLOW_CONTROL) <= (knowsLineRate() ? 1 : 0);
        if (!valid) {
            return CommandStatus.BAD_VALUE;
        }
        CommandStatus tables = checkTables(registers);
        if (tables != CommandStatus.OK) {
            return tables;
        }
        EndpointConfig endpointConfig;
        try {
            endpointConfig = endpointConfig(address, wanted, active, (int) udpPort);
        } catch (IllegalArgumentException e) {
            return CommandStatus.BAD_VALUE;
        }
        incarnation = wanted;
        everEnabled = true;
        start(endpointConfig, nowPs);
        return CommandStatus.OK;
    }

    private CommandStatus checkTables(BarMemory registers) {
        Register[] bases = {Register.REGION_BASE, Register.PEER_BASE, Register.RATE_BASE, Register.PATH_BASE};
        Register[] sizes = {Register.REGION_ENTRIES, Register.PEER_ENTRIES, Register.RATE_ENTRIES, Register.PATH_ENTRIES
        };
        CapacityConfig capacity = config.capacity();
        int[] most = {capacity.regions(), capacity.peers(), capacity.ratePhases(), capacity.peers()};
        long[] base = new long[bases.length];
        long[] entries = new long[bases.length];
        for (int i = 0; i < bases.length; i++) {
            base[i] = registers.get(bases[i]);
            entries[i] = registers.get(sizes[i]);
            if (entries[i] > most[i] || base[i] % MIN_ALIGNMENT != 0) {
                return CommandStatus.BAD_VALUE;
            }
        }
        long eventBase = registers.get(Register.EVENT_BASE);
        long eventEntries = registers.get(Register.EVENT_ENTRIES);
        boolean eventsSized =
                eventEntries == 0 || Control.isSize(eventEntries, COMPLETION_FACTOR * capacity.ringEntries());
        if (!eventsSized || eventBase % MIN_ALIGNMENT != 0) {
            return CommandStatus.BAD_VALUE;
        }
        boolean mapped = parts.areTablesMapped(base, entries)
                && (eventEntries == 0 || parts.isWritable(eventBase, eventEntries));
        return mapped ? CommandStatus.OK : CommandStatus.NOT_MAPPED;
    }

    private EndpointConfig endpointConfig(IpAddress address, int wanted, int active, int udpPort) {
        CapacityConfig capacity = config.capacity();
        int posts = Integer.highestOneBit(Math.max(1, active * capacity.ringEntries() - 1)) * 2;
        EndpointConfig made = EndpointConfig.of(address)
                .withIncarnation(wanted)
                .withUdpPort(udpPort)
                .withPeerTimeoutNs(parts.registers().get(Register.PEER_TIMEOUT))
                .withWorkQueues(active)
                .withSubmissionEntries(posts)
                .withReceiveSlots(capacity.receiveSlots())
                .withWindowPackets(capacity.windowPackets())
                .withMaxRegions(capacity.regions())
                .withMaxPeers(capacity.peers())
                .withPaths(paths)
                .withFlowControl(parts.registers().get(Register.FLOW_CONTROL) == 1);
        for (int queue = 0; queue < active; queue++) {
            made = made.withTrafficClass(queue, trafficClass(queue));
        }
        return made;
    }

    private int trafficClass(int queue) {
        long value = parts.registers().get(queue, QueueRegister.TRAFFIC_CLASS);
        if (value >= TRAFFIC_CLASSES) {
            throw new IllegalArgumentException("device: queue=" + queue + " trafficClass=" + value + "; 0 to 7");
        }
        return (int) value;
    }

    private void start(EndpointConfig endpointConfig, long nowPs) {
        EngineUnit[] engines = pipeline.engines();
        List<Departure> gates = new ArrayList<>();
        RatePolicyFactory limiters = (tables, flows, count) -> {
            Departure gate = new Departure(RatePolicyFactory.TABLE_PACED.make(tables, flows, count));
            gates.add(gate);
            return gate;
        };
        List<Port> ports = new ArrayList<>();
        for (EngineUnit each : engines) {
            ports.add(each.port());
        }
        PacketEndpoint opened = PacketEndpoint.open(endpointConfig.withRatePolicy(limiters), time, random, ports);
        endpoint = opened;
        BarMemory registers = parts.registers();
        parts.regions().open(opened, registers.get(Register.REGION_BASE), registers.getInt(Register.REGION_ENTRIES));
        parts.peers().open(opened, registers.get(Register.PEER_BASE), registers.getInt(Register.PEER_ENTRIES));
        parts.rates().open(opened, registers.get(Register.RATE_BASE), registers.getInt(Register.RATE_ENTRIES));
        parts.paths().open(opened, registers.get(Register.PATH_BASE), registers.getInt(Register.PATH_ENTRIES));
        parts.events().open(registers.get(Register.EVENT_BASE), registers.getInt(Register.EVENT_ENTRIES));
        parts.outbox().open(opened, endpointConfig.workQueues());
        parts.fetches().open(opened);
        boolean isIpv4 = endpointConfig.address().isIpv4();
        long packetBytes = PacketSize.maxPayload(port.info().mtuBytes(), isIpv4);
        registers.set(Register.MESSAGE_BYTES, packetBytes * AinicLayout.MAX_MESSAGE_PACKETS);
        pipeline.open(new Parser(parserArena, endpointConfig.address(), endpointConfig.udpPort(), engines.length));
        for (int i = 0; i < engines.length; i++) {
            engines[i].open(opened, gates.get(i), nowPs);
        }
    }

    /** Forgets everything; from here on nothing of it touches host memory or the link. */
    void reset(long nowPs) {
        pipeline.reset(nowPs);
        if (endpoint != null) {
            endpoint.close();
            endpoint = null;
        }
        parserArena.close();
        parserArena = Arena.ofShared();
        setUpRegisters();
    }

    @Override
    public void arrived(long nowPs) {
        pipeline.link().arrived(nowPs);
    }

    @Override
    public void drained(long nowPs) {
        pipeline.link().drained(nowPs);
    }

    /** Ends all relations without a word and gives back what it holds; the port stays open. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            reset(time.nowPs());
            parserArena.close();
            arena.close();
        }
    }
}
