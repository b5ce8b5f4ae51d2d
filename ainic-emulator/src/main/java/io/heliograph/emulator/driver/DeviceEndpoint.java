package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.DeviceStatusBit;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.PeerOrigin;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.QueueState;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.Statistics;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.Tunables;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An endpoint on a device: posts are work entries and doorbells, completions are read from rings, regions and peers are entries of tables. The device does the work, so {@link #doWork} has
 * none; it moves with the virtual time.
 *
 * <p>It touches the device by its registers and its own mapped memory alone. One thread, that of the virtual time.
 */
public final class DeviceEndpoint implements Endpoint {
    private static final int KEPT_EVENTS = 256;

    private record Registered(int index, HostMemory.Mapping mapping, MemoryRegion region) {}

    private final Mmio bar;
    private final HostMemory host;
    private final DriverConfig config;
    private final DriverMemory memory;
    private final DriverQueue[] queues;
    private final RingReader events;
    private final CompletionView view = new CompletionView();
    private final Map<Integer, Registered> regions = new HashMap<>();
    private final BitSet takenRegions = new BitSet();
    private final List<DeviceEvent> misuse = new ArrayList<>();
    private final long messageBytes;
    private int cursor;
    private boolean closed;

    private DeviceEndpoint(Mmio bar, HostMemory host, DriverConfig config, DriverMemory memory) {
        this.bar = bar;
        this.host = host;
        this.config = config;
        this.memory = memory;
        queues = new DriverQueue[config.queues()];
        Arrays.setAll(queues, i -> new DriverQueue(bar, i, memory));
        events = new RingReader(memory.events(), memory.eventEntries());
        messageBytes = Registers.read(bar, Register.MESSAGE_BYTES);
    }

    /**
     * Sets a device up that nobody else uses.
     *
     * @throws IllegalStateException if there is no such device behind the registers, or it refuses the set-up; the message has its reason
     */
    public static DeviceEndpoint open(Mmio bar, HostMemory host, DriverConfig config) {
        long identity = Registers.read(bar, Register.IDENTITY);
        long version = Registers.read(bar, Register.VERSION);
        if (identity != Register.IDENTITY_VALUE || version >>> 16 != Register.VERSION_VALUE >>> 16) {
            throw new IllegalStateException("driver: no device of this kind: identity=0x" + Long.toHexString(identity)
                    + " version=0x" + Long.toHexString(version));
        }
        Registers.write(bar, Register.CONTROL, ControlBit.RESET.value());
        DriverMemory memory = new DriverMemory(host, bar, config);
        try {
            enable(bar, config, memory);
        } catch (IllegalStateException e) {
            Registers.write(bar, Register.CONTROL, ControlBit.RESET.value());
            Registers.read(bar, Register.STATUS);
            memory.close();
            throw e;
        }
        return new DeviceEndpoint(bar, host, config, memory);
    }

    private static void enable(Mmio bar, DriverConfig config, DriverMemory memory) {
        Registers.write(bar, Register.INCARNATION, config.incarnation());
        Registers.write(bar, Register.ADDRESS_HIGH, config.address().high());
        Registers.write(bar, Register.ADDRESS_LOW, config.address().low());
        Registers.write(bar, Register.UDP_PORT, config.udpPort());
        Registers.write(bar, Register.ACTIVE_QUEUES, config.queues());
        Registers.write(bar, Register.PEER_TIMEOUT, config.peerTimeoutNs());
        Registers.write(bar, Register.FLOW_CONTROL, config.flowControl() ? 1 : 0);
        Registers.write(bar, Register.EVENT_BASE, memory.events());
        Registers.write(bar, Register.EVENT_ENTRIES, memory.eventEntries());
        Registers.write(bar, Register.REGION_BASE, memory.regionTable());
        Registers.write(bar, Register.REGION_ENTRIES, memory.regions());
        Registers.write(bar, Register.PEER_BASE, memory.peerTable());
        Registers.write(bar, Register.PEER_ENTRIES, memory.peers());
        Registers.write(bar, Register.RATE_BASE, memory.rateTable());
        Registers.write(bar, Register.RATE_ENTRIES, memory.ratePhases());
        Registers.write(bar, Register.PATH_BASE, memory.pathTable());
        Registers.write(bar, Register.PATH_ENTRIES, memory.peers());
        for (int queue = 0; queue < config.queues(); queue++) {
            Registers.write(
                    bar,
                    queue,
                    QueueRegister.TRAFFIC_CLASS,
                    config.trafficClasses().get(queue));
        }
        Registers.write(bar, Register.CONTROL, ControlBit.ENABLE.value());
        if ((Registers.read(bar, Register.STATUS) & DeviceStatusBit.READY.value()) == 0) {
            throw new IllegalStateException("driver: the device refused to be enabled: "
                    + Registers.status(Registers.read(bar, Register.ENABLE_STATUS)) + " config=" + config);
        }
        for (int queue = 0; queue < config.queues(); queue++) {
            Registers.write(bar, queue, QueueRegister.SUBMISSION_BASE, memory.submissionRing(queue));
            Registers.write(bar, queue, QueueRegister.SUBMISSION_ENTRIES, memory.ringEntries());
            Registers.write(bar, queue, QueueRegister.COMPLETION_BASE, memory.completionRing(queue));
            Registers.write(bar, queue, QueueRegister.COMPLETION_ENTRIES, memory.completionEntries());
            Registers.write(bar, queue, QueueRegister.QUEUE_CONTROL, ControlBit.ENABLE.value());
            if (Registers.read(bar, queue, QueueRegister.QUEUE_STATE) != QueueState.RUNNING.value()) {
                throw new IllegalStateException("driver: the device refused a queue: queue=" + queue + " "
                        + Registers.status(Registers.read(bar, queue, QueueRegister.QUEUE_STATUS)));
            }
        }
    }

    @Override
    public IpAddress address() {
        return config.address();
    }

    @Override
    public MemoryRegion register(MemorySegment segment, int access) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("memory region on the heap: lengthBytes=" + segment.byteSize()
                    + "; allocate it from an Arena, where the garbage collector does not move it");
        }
        int index = takenRegions.nextClearBit(0);
        if (index >= memory.regions()) {
            throw new IllegalStateException(
                    "memory translation table is full: regions=" + memory.regions() + "; deregister one first");
        }
        HostMemory.Mapping mapping = host.map(segment, HostMemory.READ | HostMemory.WRITE);
        long entry = memory.region(index);
        RegionEntry.ADDRESS.put(entry, segment.address());
        RegionEntry.LENGTH.put(entry, segment.byteSize());
        RegionEntry.ACCESS.put(entry, access);
        RegionEntry.COMMAND.put(entry, TableCommand.ADD.value());
        CommandStatus status = command(Register.REGION_DOORBELL, index, Register.REGION_STATUS);
        if (status != CommandStatus.OK) {
            host.unmap(mapping);
            String what = "memory region refused: " + status + " address=" + segment.address() + " lengthBytes="
                    + segment.byteSize() + " access=" + access + "; " + status.meaning();
            if (status == CommandStatus.FULL) {
                throw new IllegalStateException(what);
            }
            throw new IllegalArgumentException(what);
        }
        int key = RegionEntry.KEY.getInt(entry);
        MemoryRegion region = new MemoryRegion(segment.address(), segment.byteSize(), key, access);
        takenRegions.set(index);
        regions.put(key, new Registered(index, mapping, region));
        return region;
    }

    @Override
    public void deregister(MemoryRegion region) {
        Registered known = regions.get(region.key());
        if (known == null || !known.region().equals(region)) {
            throw new IllegalArgumentException("memory region is not registered here: region=" + region);
        }
        RegionEntry.COMMAND.put(memory.region(known.index()), TableCommand.REMOVE.value());
        CommandStatus status = command(Register.REGION_DOORBELL, known.index(), Register.REGION_STATUS);
        if (status != CommandStatus.OK) {
            throw new IllegalStateException("memory region not removed: " + status + " region=" + region);
        }
        regions.remove(region.key());
        takenRegions.clear(known.index());
        host.unmap(known.mapping());
    }

    private CommandStatus command(Register doorbell, int index, Register status) {
        Registers.write(bar, doorbell, index);
        return Registers.status(Registers.read(bar, status));
    }

    @Override
    public int addPeer(IpAddress address) {
        return add(address, 0);
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return add(address, macAddress.value());
    }

    private int add(IpAddress address, long mac) {
        int index = find(address);
        if (index >= 0 && PeerEntry.ORIGIN.getInt(memory.peer(index)) == PeerOrigin.DRIVER.value()) {
            return index;
        }
        index = index >= 0 ? index : firstFree();
        if (index < 0) {
            throw new IllegalStateException("address table is full: peers=" + memory.peers());
        }
        long entry = memory.peer(index);
        PeerEntry.ADDRESS_HIGH.put(entry, address.high());
        PeerEntry.ADDRESS_LOW.put(entry, address.low());
        PeerEntry.MAC.put(entry, mac);
        PeerEntry.COMMAND.put(entry, TableCommand.ADD.value());
        CommandStatus status = command(Register.PEER_DOORBELL, index, Register.PEER_STATUS);
        if (status == CommandStatus.BAD_VALUE) {
            throw new IllegalArgumentException("peer refused: address=" + address + " own=" + config.address()
                    + "; it must be of the same family, and no Ethernet address has more than 48 bits");
        }
        if (status != CommandStatus.OK) {
            throw new IllegalStateException("peer refused: " + status + " address=" + address);
        }
        return index;
    }

    private int find(IpAddress address) {
        for (int index = 0; index < memory.peers(); index++) {
            long entry = memory.peer(index);
            if (PeerEntry.ORIGIN.getInt(entry) != PeerOrigin.NOBODY.value()
                    && PeerEntry.ADDRESS_HIGH.get(entry) == address.high()
                    && PeerEntry.ADDRESS_LOW.get(entry) == address.low()) {
                return index;
            }
        }
        return -1;
    }

    private int firstFree() {
        for (int index = 0; index < memory.peers(); index++) {
            if (!isKnown(index)) {
                return index;
            }
        }
        return -1;
    }

    private boolean isKnown(int peer) {
        return peer >= 0
                && peer < memory.peers()
                && PeerEntry.ORIGIN.getInt(memory.peer(peer)) != PeerOrigin.NOBODY.value();
    }

    @Override
    public IpAddress peerAddress(int peer) {
        if (!isKnown(peer)) {
            throw new IllegalArgumentException("unknown peer: peer=" + peer);
        }
        long entry = memory.peer(peer);
        return new IpAddress(PeerEntry.ADDRESS_HIGH.get(entry), PeerEntry.ADDRESS_LOW.get(entry));
    }

    /**
     * Forbids paths to a peer, and permits all others.
     *
     * @param denied by their distance from the first entropy, 0xC000
     * @throws IllegalArgumentException if the device refuses: no path would be left, or there are not so many
     */
    public void denyPaths(int peer, BitSet denied) {
        long[] words = Arrays.copyOf(denied.toLongArray(), PathEntry.values().length);
        for (PathEntry each : PathEntry.values()) {
            each.put(memory.path(peer), words[each.offset() / Long.BYTES]);
        }
        CommandStatus status = command(Register.PATH_DOORBELL, peer, Register.PATH_STATUS);
        if (status != CommandStatus.OK) {
            throw new IllegalArgumentException("paths refused: " + status + " peer=" + peer + " denied=" + denied
                    + "; entropy is counted from " + Tunables.ENTROPY_BASE);
        }
    }

    /**
     * A phase of a flow's rate.
     *
     * @param peer where to
     * @param trafficClass 0 to 7
     * @param periodNs length of an iteration
     * @param startNs from the beginning of the iteration
     * @param rateBitsPerSecond on the wire
     */
    public record RatePhase(int peer, int trafficClass, long periodNs, long startNs, long rateBitsPerSecond) {}

    /**
     * Loads a rate table in place of the one before; an empty one goes back to line rate.
     *
     * @param phases those of each flow in a row, in the order of their start
     * @param startNs device time at which iterations begin
     * @param otherBitsPerSecond of flows that are not listed; 0 for line rate
     * @throws IllegalArgumentException if the device refuses it; the table before stays
     */
    public void loadRates(List<RatePhase> phases, long startNs, long otherBitsPerSecond) {
        if (phases.size() > memory.ratePhases()) {
            throw new IllegalArgumentException(
                    "rate table: phases=" + phases.size() + "; the device has room for " + memory.ratePhases());
        }
        for (int i = 0; i < phases.size(); i++) {
            RatePhase phase = phases.get(i);
            long entry = memory.rate(i);
            RateEntry.DESTINATION.put(entry, phase.peer());
            RateEntry.TRAFFIC_CLASS.put(entry, phase.trafficClass());
            RateEntry.PERIOD.put(entry, phase.periodNs());
            RateEntry.START.put(entry, phase.startNs());
            RateEntry.RATE.put(entry, phase.rateBitsPerSecond());
        }
        Registers.write(bar, Register.RATE_START, startNs);
        Registers.write(bar, Register.RATE_OTHER, otherBitsPerSecond);
        CommandStatus status = command(Register.RATE_DOORBELL, phases.size(), Register.RATE_STATUS);
        if (status != CommandStatus.OK) {
            throw new IllegalArgumentException("rate table refused: " + status + " phases=" + phases);
        }
    }

    @Override
    public int post(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        if (queue < 0 || queue >= queues.length) {
            return Post.UNKNOWN_QUEUE;
        }
        if (!isKnown(peer)) {
            return Post.UNKNOWN_PEER;
        }
        Registered known = regions.get(source.key());
        boolean inSource = sourceOffset >= 0
                && lengthBytes >= 0
                && lengthBytes <= source.lengthBytes() - sourceOffset
                && known != null
                && known.region().equals(source);
        if (!inSource) {
            return Post.BAD_SOURCE;
        }
        if (lengthBytes > messageBytes) {
            return Post.TOO_LONG;
        }
        if (queues[queue].isFull()) {
            return Post.RING_FULL;
        }
        queues[queue].post(
                withImmediate,
                fenced,
                peer,
                source.address() + sourceOffset,
                source.key(),
                lengthBytes,
                remoteAddress,
                remoteKey,
                immediate,
                cookie);
        return Post.OK;
    }

    @Override
    public int poll(CompletionHandler handler, int limit) {
        int count = pollEvents(handler, limit);
        for (int i = 0; i < queues.length && count < limit; i++) {
            cursor = cursor + 1 < queues.length ? cursor + 1 : 0;
            count += queues[cursor].poll(handler, limit - count);
        }
        return count;
    }

    private int pollEvents(CompletionHandler handler, int limit) {
        int count = 0;
        int taken = 0;
        for (long entry = events.peek(); entry != 0 && count < limit; entry = events.peek()) {
            events.advance();
            taken++;
            if (EventEntry.TYPE.getInt(entry) == EventType.PEER.value()) {
                count++;
                handler.onCompletion(view.event(entry));
            } else if (misuse.size() < KEPT_EVENTS) {
                misuse.add(DeviceEvent.at(entry));
            }
        }
        if (taken > 0) {
            Registers.write(bar, Register.EVENT_DOORBELL, events.consumed());
        }
        return count;
    }

    /** The first events of misuse that {@link #poll} found; a healthy driver sees but refusals that its callers provoked. */
    public List<DeviceEvent> misuse() {
        return List.copyOf(misuse);
    }

    /** Nothing: the device works by itself. */
    @Override
    public int doWork() {
        return 0;
    }

    @Override
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    @Override
    public EndpointCounters counters() {
        return counter -> bar.read(Statistics.offset(counter), Long.BYTES);
    }

    /** Resets the device, and takes its memory away from it. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Registers.write(bar, Register.CONTROL, ControlBit.RESET.value());
        Registers.read(bar, Register.STATUS);
        regions.values().forEach(each -> host.unmap(each.mapping()));
        regions.clear();
        memory.close();
    }
}
