package io.heliograph.collectives.planning.phases;

import java.util.Arrays;

/** What each rank sends to each other, in bytes. Immutable. */
public final class TrafficMatrix {
    private final long[][] bytes;
    private final long[] sent;
    private final long[] received;

    /**
     * A matrix.
     *
     * @param bytes by sender and receiver; copied. What a rank has for itself needs no network and must be 0
     * @throws IllegalArgumentException if it is empty or not square, a value is negative or a rank's own, or a sum is beyond 2^62
     */
    public TrafficMatrix(long[][] bytes) {
        int ranks = bytes.length;
        this.bytes = new long[ranks][];
        sent = new long[ranks];
        received = new long[ranks];
        if (ranks == 0) {
            throw new IllegalArgumentException("traffic matrix: no ranks");
        }
        for (int from = 0; from < ranks; from++) {
            if (bytes[from].length != ranks) {
                throw new IllegalArgumentException("traffic matrix: row " + from + " has " + bytes[from].length
                        + " values for " + ranks + " ranks");
            }
            this.bytes[from] = bytes[from].clone();
            for (int to = 0; to < ranks; to++) {
                add(from, to, bytes[from][to]);
            }
        }
    }

    private void add(int from, int to, long value) {
        if (value < 0 || value > Long.MAX_VALUE / 2 || from == to && value != 0) {
            throw new IllegalArgumentException("traffic matrix: from=" + from + " to=" + to + " bytes=" + value
                    + "; 0 from a rank to itself, 0 or more to others");
        }
        sent[from] += value;
        received[to] += value;
        if (sent[from] > Long.MAX_VALUE / 2 || received[to] > Long.MAX_VALUE / 2) {
            throw new IllegalArgumentException(
                    "traffic matrix: the sum of rank " + from + " or " + to + " is too large");
        }
    }

    /** How many ranks. */
    public int ranks() {
        return bytes.length;
    }

    /** What one sends to another. */
    public long bytes(int from, int to) {
        return bytes[from][to];
    }

    /** What a rank sends to all. */
    public long sent(int rank) {
        return sent[rank];
    }

    /** What a rank receives from all. */
    public long received(int rank) {
        return received[rank];
    }

    /** The most that a rank sends or receives: at a byte per unit of time nobody can be done earlier. */
    public long greatestSum() {
        return Math.max(
                Arrays.stream(sent).max().orElse(0),
                Arrays.stream(received).max().orElse(0));
    }
}
