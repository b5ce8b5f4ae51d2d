package io.heliograph.collectives.planning.traffic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts equal messages; rows are in the order in which their first message came. One thread. */
public final class VolumeCounter {
    private final Map<Key, Long> counts = new LinkedHashMap<>();

    private record Key(Operation operation, Group group, long bytes) {}

    /** Made empty. */
    public VolumeCounter() {}

    /** Counts a message. */
    public void add(Message message) {
        add(message.operation(), message.group(), message.bytes(), 1);
    }

    /**
     * Counts messages that are equal.
     *
     * @throws ArithmeticException if there are too many to count their bytes in 63 bits
     */
    public void add(Operation operation, Group group, long bytes, long count) {
        long now = counts.merge(new Key(operation, group, bytes), count, Math::addExact);
        long _ = Math.multiplyExact(bytes, now);
    }

    /** Whether nothing was counted. */
    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /** What was counted so far. */
    public List<VolumeRow> rows() {
        List<VolumeRow> rows = new ArrayList<>();
        counts.forEach((key, count) -> rows.add(new VolumeRow(key.operation, key.group, key.bytes, count)));
        return rows;
    }
}
