package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.HostMemory;
import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.Register;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** The memory translation table as the driver keeps it: which entry holds which region. */
final class DriverRegions {
    private record Registered(int index, HostMemory.Mapping mapping, MemoryRegion region) {}

    private final Mmio bar;
    private final HostMemory host;
    private final DriverMemory memory;
    private final Map<Integer, Registered> regions = new HashMap<>();
    private final BitSet taken = new BitSet();

    DriverRegions(Mmio bar, HostMemory host, DriverMemory memory) {
        this.bar = bar;
        this.host = host;
        this.memory = memory;
    }

    /** Whether it is registered here and was not taken out of use. */
    boolean isKnown(MemoryRegion region) {
        Registered known = regions.get(region.key());
        return known != null && known.region().equals(region);
    }

    /** Registers memory, as {@link io.heliograph.transport.Endpoint#register} says. */
    MemoryRegion register(MemorySegment segment, int access) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("memory region on the heap: lengthBytes=" + segment.byteSize()
                    + "; allocate it from an Arena, where the garbage collector does not move it");
        }
        int index = taken.nextClearBit(0);
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
        CommandStatus status = Registers.command(bar, Register.REGION_DOORBELL, index, Register.REGION_STATUS);
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
        taken.set(index);
        regions.put(key, new Registered(index, mapping, region));
        return region;
    }

    /** Takes memory out of use. */
    void deregister(MemoryRegion region) {
        Registered known = regions.get(region.key());
        if (known == null || !known.region().equals(region)) {
            throw new IllegalArgumentException("memory region is not registered here: region=" + region);
        }
        RegionEntry.COMMAND.put(memory.region(known.index()), TableCommand.REMOVE.value());
        CommandStatus status = Registers.command(bar, Register.REGION_DOORBELL, known.index(), Register.REGION_STATUS);
        if (status != CommandStatus.OK) {
            throw new IllegalStateException("memory region not removed: " + status + " region=" + region);
        }
        regions.remove(region.key());
        taken.clear(known.index());
        host.unmap(known.mapping());
    }

    /** Takes all memory away from the device, which does not touch it any more. */
    void close() {
        regions.values().forEach(each -> host.unmap(each.mapping()));
        regions.clear();
    }
}
