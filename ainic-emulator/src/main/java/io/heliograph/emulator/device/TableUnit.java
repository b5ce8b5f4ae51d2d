package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.transport.endpoint.PacketEndpoint;
import org.jspecify.annotations.Nullable;

/** A table of which a doorbell names one entry: the device looks at that entry and does what it says. */
abstract sealed class TableUnit permits PathUnit, PeerUnit, RegionUnit {
    private final TableMemory table;
    private final int access;
    private @Nullable PacketEndpoint endpoint;

    /**
     * No table yet.
     *
     * @param access what the device does with entries, of {@link HostMemory}
     */
    TableUnit(TableMemory table, int access) {
        this.table = table;
        this.access = access;
    }

    /** Takes a table into use. */
    final void open(PacketEndpoint newEndpoint, long base, int entries) {
        endpoint = newEndpoint;
        table.open(base, entries);
    }

    final TableMemory table() {
        return table;
    }

    /** The device's endpoint while it is enabled. */
    final @Nullable PacketEndpoint endpoint() {
        return endpoint;
    }

    /** Looks at an entry that the driver changed. */
    final CommandStatus doorbell(int index) {
        PacketEndpoint present = endpoint;
        if (present == null) {
            return CommandStatus.NOT_ENABLED;
        }
        if (index < 0 || index >= table.entries()) {
            return CommandStatus.BAD_INDEX;
        }
        long entry = table.entry(index, access);
        return entry == TableMemory.NOWHERE ? CommandStatus.NOT_MAPPED : obey(present, index, entry);
    }

    /** Does what an entry says. */
    abstract CommandStatus obey(PacketEndpoint present, int index, long entry);

    /** Forgets all entries. */
    void reset() {
        endpoint = null;
        table.open(0, 0);
    }
}
