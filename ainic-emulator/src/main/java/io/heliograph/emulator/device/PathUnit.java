package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The path table: denies and permits paths to peers. An entry that denies all, or paths that there are not, changes nothing. */
final class PathUnit {
    private static final PathEntry[] WORDS = PathEntry.values();

    private final TableMemory table;
    private final PeerUnit peers;
    private final int paths;
    private final Map<Integer, BitSet> denied = new HashMap<>();
    private @Nullable PacketEndpoint endpoint;

    PathUnit(HostMemory memory, Bus bus, Counts counts, PeerUnit peers, int paths) {
        table = new TableMemory(memory, bus, counts, PathEntry.ENTRY_BYTES);
        this.peers = peers;
        this.paths = paths;
    }

    void open(PacketEndpoint newEndpoint, long base, int entries) {
        endpoint = newEndpoint;
        table.open(base, entries);
    }

    CommandStatus doorbell(int index) {
        PacketEndpoint present = endpoint;
        if (present == null) {
            return CommandStatus.NOT_ENABLED;
        }
        if (index < 0 || index >= table.entries()) {
            return CommandStatus.BAD_INDEX;
        }
        int peer = peers.peer(index);
        if (peer == PeerUnit.NOBODY) {
            return CommandStatus.NOT_PRESENT;
        }
        long entry = table.entry(index, HostMemory.READ);
        if (entry == TableMemory.NOWHERE) {
            return CommandStatus.NOT_MAPPED;
        }
        long[] words = new long[WORDS.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = WORDS[i].get(entry);
        }
        BitSet wanted = BitSet.valueOf(words);
        if (wanted.length() > paths || wanted.cardinality() >= paths) {
            return CommandStatus.BAD_VALUE;
        }
        BitSet before = denied.computeIfAbsent(peer, any -> new BitSet());
        // Permits first, so that one is always left.
        for (int path = 0; path < paths; path++) {
            if (before.get(path) && !wanted.get(path)) {
                present.permitPath(peer, Tunables.ENTROPY_BASE + path);
            }
        }
        for (int path = 0; path < paths; path++) {
            if (!before.get(path) && wanted.get(path)) {
                present.denyPath(peer, Tunables.ENTROPY_BASE + path);
            }
        }
        denied.put(peer, wanted);
        return CommandStatus.OK;
    }

    void reset() {
        endpoint = null;
        denied.clear();
        table.open(0, 0);
    }
}
