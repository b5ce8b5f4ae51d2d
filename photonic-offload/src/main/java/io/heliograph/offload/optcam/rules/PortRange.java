package io.heliograph.offload.optcam.rules;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Ports from one to another, both included.
 *
 * @param first 0 to 65,535
 * @param last at least the first
 */
public record PortRange(int first, int last) {

    static final int BITS = 16;
    private static final int MOST = (1 << BITS) - 1;

    /** Refuses what is no range. */
    public PortRange {
        if (first < 0 || last > MOST || first > last) {
            throw new IllegalArgumentException("no range of ports: first=" + first + " last=" + last);
        }
    }

    /**
     * The first {@code length} bits of ports.
     *
     * @param value the lowest port that has them
     */
    record Prefix(int value, int length) {}

    /** The fewest prefixes that are this range together: 30 at most (Srinivasan et al., "Fast and scalable layer four switching", SIGCOMM'98). */
    List<Prefix> prefixes() {
        List<Prefix> all = new ArrayList<>();
        int from = first;
        while (from <= last) {
            int size = from == 0 ? 1 << BITS : Integer.lowestOneBit(from);
            while (from + size - 1 > last) {
                size >>>= 1;
            }
            all.add(new Prefix(from, BITS - Integer.numberOfTrailingZeros(size)));
            from += size;
        }
        return all;
    }

    /** The same ports as ranges that neither touch nor overlap, in order; all ports are none. */
    static List<PortRange> merged(List<PortRange> ranges) {
        List<PortRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingInt(PortRange::first));
        List<PortRange> merged = new ArrayList<>();
        for (PortRange range : sorted) {
            PortRange before = merged.isEmpty() ? null : merged.getLast();
            if (before != null && range.first() <= before.last() + 1) {
                merged.set(merged.size() - 1, new PortRange(before.first(), Math.max(before.last(), range.last())));
            } else {
                merged.add(range);
            }
        }
        return merged.equals(List.of(new PortRange(0, MOST))) ? List.of() : List.copyOf(merged);
    }

    /** The ports that are in none of these merged ranges; may be none. */
    static List<PortRange> others(List<PortRange> merged) {
        List<PortRange> others = new ArrayList<>();
        int next = 0;
        for (PortRange range : merged) {
            if (next < range.first()) {
                others.add(new PortRange(next, range.first() - 1));
            }
            next = range.last() + 1;
        }
        if (next <= MOST) {
            others.add(new PortRange(next, MOST));
        }
        return others;
    }

    /** As rules write it. */
    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + ":" + last;
    }
}
