package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.emulator.device.layout.PeerEntry;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.WorkEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The rings and tables of a driver, zeroed and mapped for the device: what the device only reads, for reading only. */
final class DriverMemory implements AutoCloseable {
    private static final int LINE_BYTES = 64;

    private final HostMemory host;
    private final Arena arena = Arena.ofShared();
    private final List<HostMemory.Mapping> mappings = new ArrayList<>();
    private final int queues;
    private final int ringEntries;
    private final int eventEntries;
    private final int regions;
    private final int peers;
    private final int ratePhases;
    private final long submissions;
    private final long completions;
    private final long events;
    private final long regionTable;
    private final long peerTable;
    private final long rateTable;
    private final long pathTable;

    DriverMemory(HostMemory host, Mmio bar, DriverConfig config) {
        this.host = host;
        queues = config.queues();
        ringEntries = config.ringEntries();
        eventEntries = config.eventEntries();
        regions = (int) Registers.read(bar, Register.REGIONS);
        peers = (int) Registers.read(bar, Register.PEERS);
        ratePhases = (int) Registers.read(bar, Register.RATE_PHASES);
        int readWrite = HostMemory.READ | HostMemory.WRITE;
        submissions = allocate((long) queues * ringEntries * WorkEntry.ENTRY_BYTES, HostMemory.READ);
        completions = allocate((long) queues * completionEntries() * CompletionEntry.ENTRY_BYTES, readWrite);
        events = allocate((long) eventEntries * EventEntry.ENTRY_BYTES, readWrite);
        regionTable = allocate((long) regions * RegionEntry.ENTRY_BYTES, readWrite);
        peerTable = allocate((long) peers * PeerEntry.ENTRY_BYTES, readWrite);
        rateTable = allocate((long) ratePhases * RateEntry.ENTRY_BYTES, HostMemory.READ);
        pathTable = allocate((long) peers * PathEntry.ENTRY_BYTES, HostMemory.READ);
    }

    private long allocate(long bytes, int access) {
        MemorySegment segment = arena.allocate(bytes, LINE_BYTES);
        mappings.add(host.map(segment, access));
        return segment.address();
    }

    int ringEntries() {
        return ringEntries;
    }

    int completionEntries() {
        return 2 * ringEntries;
    }

    int eventEntries() {
        return eventEntries;
    }

    int regions() {
        return regions;
    }

    int peers() {
        return peers;
    }

    int ratePhases() {
        return ratePhases;
    }

    long submissionRing(int queue) {
        return submissions + (long) queue * ringEntries * WorkEntry.ENTRY_BYTES;
    }

    long completionRing(int queue) {
        return completions + (long) queue * completionEntries() * CompletionEntry.ENTRY_BYTES;
    }

    long events() {
        return events;
    }

    long regionTable() {
        return regionTable;
    }

    long region(int index) {
        return regionTable + (long) index * RegionEntry.ENTRY_BYTES;
    }

    long peerTable() {
        return peerTable;
    }

    long peer(int index) {
        return peerTable + (long) index * PeerEntry.ENTRY_BYTES;
    }

    long rateTable() {
        return rateTable;
    }

    long rate(int index) {
        return rateTable + (long) index * RateEntry.ENTRY_BYTES;
    }

    long pathTable() {
        return pathTable;
    }

    long path(int index) {
        return pathTable + (long) index * PathEntry.ENTRY_BYTES;
    }

    /** The device does not touch it any more. */
    @Override
    public void close() {
        mappings.forEach(host::unmap);
        arena.close();
    }
}
