package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.event.VirtualTime;
import java.lang.foreign.Arena;
import java.util.Arrays;

/** What a device consists of beside its pipeline: registers, queues, tables. */
final class DeviceParts {
    private final HostMemory memory;
    private final BarMemory registers;
    private final Counts counts = new Counts();
    private final Bus bus;
    private final SubmissionQueue[] queues;
    private final HostRing events;
    private final Interrupts interrupts;
    private final RegionUnit regions;
    private final PeerUnit peers;
    private final RateUnit rates;
    private final PathUnit paths;
    private final Outbox outbox;
    private final FetchUnit fetches;

    DeviceParts(VirtualTime time, Arena arena, HostMemory memory, DeviceConfig config, int pathCount) {
        this.memory = memory;
        CapacityConfig capacity = config.capacity();
        registers = new BarMemory(arena, capacity.queues());
        bus = new Bus(config.bus());
        queues = new SubmissionQueue[capacity.queues()];
        Arrays.setAll(queues, i -> new SubmissionQueue(i, memory));
        events = new HostRing(memory);
        interrupts = new Interrupts(time, registers, bus, counts);
        regions = new RegionUnit(memory, bus, counts);
        peers = new PeerUnit(memory, bus, counts);
        rates = new RateUnit(memory, bus, counts, peers);
        paths = new PathUnit(memory, bus, counts, peers, pathCount);
        outbox = new Outbox(time, queues, events, peers, interrupts, counts);
        fetches = new FetchUnit(time, queues, memory, regions, peers, outbox, counts, capacity.fetchEntries());
    }

    BarMemory registers() {
        return registers;
    }

    Counts counts() {
        return counts;
    }

    Bus bus() {
        return bus;
    }

    SubmissionQueue[] queues() {
        return queues;
    }

    HostRing events() {
        return events;
    }

    Interrupts interrupts() {
        return interrupts;
    }

    RegionUnit regions() {
        return regions;
    }

    PeerUnit peers() {
        return peers;
    }

    RateUnit rates() {
        return rates;
    }

    PathUnit paths() {
        return paths;
    }

    Outbox outbox() {
        return outbox;
    }

    FetchUnit fetches() {
        return fetches;
    }

    /** Whether a submission ring is mapped. */
    boolean isReadable(long base, long entries) {
        return memory.allows(base, entries * WorkEntry.ENTRY_BYTES, HostMemory.READ);
    }

    /** Whether a completion ring or an event queue is mapped. */
    boolean isWritable(long base, long entries) {
        return memory.allows(base, entries * CompletionEntry.ENTRY_BYTES, HostMemory.WRITE);
    }

    /** Whether the tables are mapped; those of 0 entries need not be. */
    boolean areTablesMapped(long[] bases, long[] entries) {
        int[] sizes = {RegionEntry.ENTRY_BYTES, PeerEntry.ENTRY_BYTES, RateEntry.ENTRY_BYTES, PathEntry.ENTRY_BYTES};
        for (int i = 0; i < sizes.length; i++) {
            if (entries[i] > 0 && !memory.allows(bases[i], entries[i] * sizes[i], HostMemory.READ)) {
                return false;
            }
        }
        return true;
    }

    void reset() {
        for (SubmissionQueue each : queues) {
            each.reset();
        }
        events.open(0, 0);
        interrupts.reset();
        paths.reset();
        rates.reset();
        peers.reset();
        regions.reset();
        outbox.reset();
        fetches.reset();
        counts.reset();
        bus.reset();
        registers.reset();
    }
}
