package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.RateEntry;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rate table: reads it whole, and has the limiter turn to it. A table with one bad entry changes nothing. */
final class RateUnit {
    private final TableMemory table;
    private final PeerUnit peers;
    private @Nullable PacketEndpoint endpoint;
    private int refusedIndex;

    RateUnit(HostMemory memory, Bus bus, Counts counts, PeerUnit peers) {
        table = new TableMemory(memory, bus, counts, RateEntry.ENTRY_BYTES);
        this.peers = peers;
    }

    void open(PacketEndpoint newEndpoint, long base, int entries) {
        endpoint = newEndpoint;
        table.open(base, entries);
    }

    /** The entry that was refused last. */
    int refusedIndex() {
        return refusedIndex;
    }

    /** Loads the first {@code count} entries in place of the table before. */
    CommandStatus doorbell(int count, long startNs, long otherRate) {
        PacketEndpoint present = endpoint;
        refusedIndex = 0;
        if (present == null) {
            return CommandStatus.NOT_ENABLED;
        }
        if (count < 0 || count > table.entries()) {
            return CommandStatus.BAD_INDEX;
        }
        if (count == 0) {
            present.rateTables().replace(null);
            return CommandStatus.OK;
        }
        try {
            RateTable.Builder builder = RateTable.builder(present.rateTables().lineRateBitsPerSecond())
                    .startNs(startNs);
            if (otherRate != 0) {
                builder.otherFlows(otherRate);
            }
            CommandStatus read = read(present.address(), builder, count);
            if (read == CommandStatus.OK) {
                present.rateTables().replace(builder.build());
            }
            return read;
        } catch (IllegalArgumentException e) {
            return CommandStatus.BAD_VALUE;
        }
    }

    private CommandStatus read(IpAddress own, RateTable.Builder builder, int count) {
        int index = 0;
        while (index < count) {
            refusedIndex = index;
            long first = table.entry(index, HostMemory.READ);
            if (first == TableMemory.NOWHERE) {
                return CommandStatus.NOT_MAPPED;
            }
            int destination = RateEntry.DESTINATION.getInt(first);
            int trafficClass = RateEntry.TRAFFIC_CLASS.getInt(first);
            long periodNs = RateEntry.PERIOD.get(first);
            int peer = peers.peer(destination);
            PacketEndpoint present = endpoint;
            if (peer == PeerUnit.NOBODY || present == null) {
                return CommandStatus.NOT_PRESENT;
            }
            List<Phase> phases = new ArrayList<>();
            while (index < count) {
                long entry = table.entry(index, HostMemory.READ);
                if (entry == TableMemory.NOWHERE) {
                    return CommandStatus.NOT_MAPPED;
                }
                boolean same = RateEntry.DESTINATION.getInt(entry) == destination
                        && RateEntry.TRAFFIC_CLASS.getInt(entry) == trafficClass;
                if (!same) {
                    break;
                }
                if (RateEntry.PERIOD.get(entry) != periodNs) {
                    return CommandStatus.BAD_VALUE;
                }
                phases.add(new Phase(RateEntry.START.get(entry), RateEntry.RATE.get(entry)));
                index++;
            }
            builder.flow(own, present.peerAddress(peer), trafficClass, periodNs, phases);
        }
        return CommandStatus.OK;
    }

    void reset() {
        endpoint = null;
        table.open(0, 0);
    }
}
