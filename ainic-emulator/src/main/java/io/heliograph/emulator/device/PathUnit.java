package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.CommandStatus;
import io.heliograph.emulator.device.layout.PathEntry;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** The path table: denies and permits paths to peers. An entry that denies all, or paths that there are not, changes nothing. */
final class PathUnit extends TableUnit {
    private static final PathEntry[] WORDS = PathEntry.values();

    private final PeerUnit peers;
    private final int paths;
    private final Map<Integer, BitSet> denied = new HashMap<>();

    PathUnit(HostMemory memory, Bus bus, Counts counts, PeerUnit peers, int paths) {
        super(new TableMemory(memory, bus, counts, PathEntry.ENTRY_BYTES), HostMemory.READ);
        this.peers = peers;
        this.paths = paths;
    }

    @Override
    CommandStatus obey(PacketEndpoint present, int index, long entry) {
        int peer = peers.peer(index);
        if (peer == PeerUnit.NOBODY) {
            return CommandStatus.NOT_PRESENT;
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

    @Override
    void reset() {
        super.reset();
        denied.clear();
    }
}
