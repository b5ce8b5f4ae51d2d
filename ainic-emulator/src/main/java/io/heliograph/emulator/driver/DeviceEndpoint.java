package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.ControlBit;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.EventType;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.Statistics;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * An endpoint on a device: posts are work entries and doorbells, completions are read from rings, regions and peers are entries of tables. The device does the work, so {@link #doWork} has
 * none; it moves with the virtual time.
 *
 * <p>It touches the device by its registers and its own mapped memory alone. One thread, that of the virtual time.
 */
public final class DeviceEndpoint implements Endpoint {
    private static final int KEPT_EVENTS = 256;

    private final Mmio bar;
    private final DriverConfig config;
    private final DriverMemory memory;
    private final DriverQueue[] queues;
    private final RingReader events;
    private final CompletionView view = new CompletionView();
    private final DriverRegions regions;
    private final DriverPeers peers;
    private final List<DeviceEvent> misuse = new ArrayList<>();
    private final long messageBytes;
    private int cursor;
    private boolean closed;

    private DeviceEndpoint(Mmio bar, HostMemory host, DriverConfig config, DriverMemory memory) {
        this.bar = bar;
        this.config = config;
        this.memory = memory;
        queues = new DriverQueue[config.queues()];
        Arrays.setAll(queues, i -> new DriverQueue(bar, i, memory));
        events = new RingReader(memory.events(), memory.eventEntries());
        regions = new DriverRegions(bar, host, memory);
        peers = new DriverPeers(bar, memory, config.address());
        messageBytes = Registers.read(bar, Register.MESSAGE_BYTES);
    }

    /**
     * Sets a device up that nobody else uses.
     *
     * @throws IllegalStateException if there is no such device behind the registers, or it refuses the set-up; the message has its reason
     */
    public static DeviceEndpoint open(Mmio bar, HostMemory host, DriverConfig config) {
        return new DeviceEndpoint(bar, host, config, BringUp.of(bar, host, config));
    }

    @Override
    public IpAddress address() {
        return config.address();
    }

    @Override
    public MemoryRegion register(MemorySegment segment, int access) {
        return regions.register(segment, access);
    }

    @Override
    public void deregister(MemoryRegion region) {
        regions.deregister(region);
    }

    @Override
    public int addPeer(IpAddress address) {
        return peers.add(address, 0);
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return peers.add(address, macAddress.value());
    }

    @Override
    public IpAddress peerAddress(int peer) {
        return peers.address(peer);
    }

    /**
     * Forbids paths to a peer, and permits all others.
     *
     * @param denied by their distance from the first entropy, 0xC000
     * @throws IllegalArgumentException if the device refuses: no path would be left, or there are not so many
     */
    public void denyPaths(int peer, BitSet denied) {
        peers.denyPaths(peer, denied);
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
        CommandStatus status = Registers.command(bar, Register.RATE_DOORBELL, phases.size(), Register.RATE_STATUS);
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
        if (!peers.isKnown(peer)) {
            return Post.UNKNOWN_PEER;
        }
        boolean inSource = sourceOffset >= 0
                && lengthBytes >= 0
                && lengthBytes <= source.lengthBytes() - sourceOffset
                && regions.isKnown(source);
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
        regions.close();
        memory.close();
    }
}
