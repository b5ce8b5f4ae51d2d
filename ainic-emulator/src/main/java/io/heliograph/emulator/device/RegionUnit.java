package io.heliograph.emulator.device;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.RegionAccess;
import io.heliograph.emulator.device.layout.RegionEntry;
import io.heliograph.emulator.device.layout.TableCommand;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory translation table: takes regions into use and out of it; the endpoint draws their keys and checks them against each other. */
final class RegionUnit extends TableUnit {
    private static final int READ_WRITE = HostMemory.READ | HostMemory.WRITE;

    private record Held(MemoryRegion region, HostMemory.Mapping mapping) {}

    private final HostMemory memory;
    private final Map<Integer, Held> byIndex = new HashMap<>();
    private final Map<Integer, MemoryRegion> byKey = new HashMap<>();

    RegionUnit(HostMemory memory, Bus bus, Counts counts) {
        super(new TableMemory(memory, bus, counts, RegionEntry.ENTRY_BYTES), READ_WRITE);
        this.memory = memory;
    }

    /** The region with a key, or null. */
    @Nullable
    MemoryRegion find(int key) {
        return byKey.get(key);
    }

    @Override
    CommandStatus obey(PacketEndpoint present, int index, long entry) {
        int command = RegionEntry.COMMAND.getInt(entry);
        CommandStatus status;
        if (command == TableCommand.ADD.value()) {
            status = add(present, index, entry);
        } else if (command == TableCommand.REMOVE.value()) {
            status = remove(present, index);
        } else {
            status = CommandStatus.BAD_COMMAND;
        }
        RegionEntry.STATUS.put(entry, status.value());
        return status;
    }

    private CommandStatus add(PacketEndpoint present, int index, long entry) {
        if (byIndex.containsKey(index)) {
            return CommandStatus.BUSY;
        }
        long address = RegionEntry.ADDRESS.get(entry);
        long length = RegionEntry.LENGTH.get(entry);
        int access = RegionEntry.ACCESS.getInt(entry);
        if (length <= 0 || address <= 0 || address + length < 0 || (access & ~RegionAccess.REMOTE_WRITE.value()) != 0) {
            return CommandStatus.BAD_VALUE;
        }
        HostMemory.Mapping mapping = memory.pin(address, length, access == 0 ? HostMemory.READ : READ_WRITE);
        if (mapping == null) {
            return CommandStatus.NOT_MAPPED;
        }
        MemoryRegion region;
        try {
            region = present.register(NativeMemory.segment(address, length), access);
        } catch (IllegalArgumentException e) {
            memory.unpin(mapping);
            return CommandStatus.OVERLAP;
        } catch (IllegalStateException e) {
            memory.unpin(mapping);
            return CommandStatus.FULL;
        }
        byIndex.put(index, new Held(region, mapping));
        byKey.put(region.key(), region);
        RegionEntry.KEY.put(entry, region.key());
        return CommandStatus.OK;
    }

    private CommandStatus remove(PacketEndpoint present, int index) {
        Held held = byIndex.remove(index);
        if (held == null) {
            return CommandStatus.NOT_PRESENT;
        }
        present.deregister(held.region());
        byKey.remove(held.region().key());
        memory.unpin(held.mapping());
        return CommandStatus.OK;
    }

    @Override
    void reset() {
        super.reset();
        for (Held each : byIndex.values()) {
            memory.unpin(each.mapping());
        }
        byIndex.clear();
        byKey.clear();
    }
}
