package io.heliograph.emulator.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds steps: keeps for each host what its next step has to wait for, so that computation and collective operations of groups of hosts can be put one after the other.
 *
 * <p>No barriers: a host goes on when what it waits for itself is there.
 */
final class StepList {
    private static final int[] NOTHING = {};

    private final List<Step> steps = new ArrayList<>();
    /** By host. */
    private final int[][] after;

    private final int[] phases;

    StepList(int hosts) {
        after = new int[hosts][];
        Arrays.fill(after, NOTHING);
        phases = new int[hosts];
    }

    List<Step> steps() {
        return steps;
    }

    /** What the next step of a host has to wait for. */
    int[] after(int host) {
        return after[host];
    }

    /** The next step of a host waits for these alone. */
    void after(int host, int... numbers) {
        after[host] = numbers;
    }

    int add(int from, int to, long bytes, int phase, long delayPs, int... waitsFor) {
        steps.add(new Step(from, to, bytes, phase, delayPs, waitsFor));
        return steps.size() - 1;
    }

    /** A host computes for a time. */
    int compute(int host, long ps) {
        int number = add(host, host, 0, phases[host], ps, after[host]);
        after[host] = new int[] {number};
        return number;
    }

    /** All hosts of a group compute for a time, each when it is ready. */
    void compute(int[] group, long ps) {
        for (int host : group) {
            compute(host, ps);
        }
    }

    /** The first phase that is later than all of the group's, {@code count} of which are taken. */
    private int takePhases(int[] group, int count) {
        int first = 0;
        for (int host : group) {
            first = Math.max(first, phases[host]);
        }
        for (int host : group) {
            phases[host] = first + count;
        }
        return first;
    }

    /**
     * All-reduce around a ring: reduce-scatter, then all-gather, 2 (n - 1) steps of an n-th of the bytes to the next host (Patarasuk and Yuan, JPDC 2009). A host sends on what it received, once its own data is there.
     */
    void ringAllReduce(int[] group, long bytes) {
        int n = group.length;
        int phase = takePhases(group, 1);
        int[][] ready = ready(group);
        int[][] gathered = ready(group);
        int[] received = new int[n];
        for (int round = 0; round < 2 * (n - 1); round++) {
            int[] sent = new int[n];
            for (int rank = 0; rank < n; rank++) {
                int[] waitsFor = round == 0 ? ready[rank] : plus(ready[rank], received[rank]);
                sent[rank] = add(group[rank], group[(rank + 1) % n], chunk(bytes, n), phase, 0, waitsFor);
            }
            for (int rank = 0; rank < n; rank++) {
                int to = (rank + 1) % n;
                received[to] = sent[rank];
                if (round >= n - 2) {
                    gathered[to] = plus(gathered[to], sent[rank]);
                }
            }
        }
        finish(group, gathered);
    }

    /** All-reduce by recursive halving and doubling (Thakur, Rabenseifner, Gropp, IJHPCA 2005): 2 log2(n) exchanges, each in a phase of its own, after all that were before; for a power of two. */
    void halvingDoublingAllReduce(int[] group, long bytes) {
        int n = group.length;
        int rounds = Integer.numberOfTrailingZeros(n);
        int phase = takePhases(group, 2 * rounds);
        int[][] received = ready(group);
        for (int round = 0; round < 2 * rounds; round++) {
            int depth = round < rounds ? round : 2 * rounds - 1 - round;
            int distance = n >> depth + 1;
            int[] sent = new int[n];
            for (int rank = 0; rank < n; rank++) {
                sent[rank] = add(
                        group[rank],
                        group[rank ^ distance],
                        chunk(bytes, 2L << depth),
                        phase + round,
                        0,
                        received[rank]);
            }
            for (int rank = 0; rank < n; rank++) {
                received[rank ^ distance] = plus(received[rank ^ distance], sent[rank]);
            }
        }
        finish(group, received);
    }

    /** What each rank has to wait for, by rank. */
    private int[][] ready(int[] group) {
        int[][] ready = new int[group.length][];
        for (int rank = 0; rank < group.length; rank++) {
            ready[rank] = after[group[rank]];
        }
        return ready;
    }

    private void finish(int[] group, int[][] received) {
        for (int rank = 0; rank < group.length; rank++) {
            after[group[rank]] = received[rank];
        }
    }

    /**
     * Everybody sends to everybody else at once, beginning with its neighbour; over when all is received.
     *
     * @param bytes by the ranks of sender and receiver; what is 0 is not sent
     */
    void allToAll(int[] group, long[][] bytes) {
        int n = group.length;
        int phase = takePhases(group, 1);
        int[][] next = new int[n][];
        for (int rank = 0; rank < n; rank++) {
            next[rank] = after[group[rank]];
        }
        List<int[]> sends = new ArrayList<>();
        for (int from = 0; from < n; from++) {
            for (int distance = 1; distance < n; distance++) {
                int to = (from + distance) % n;
                if (bytes[from][to] > 0) {
                    sends.add(
                            new int[] {to, add(group[from], group[to], bytes[from][to], phase, 0, after[group[from]])});
                }
            }
        }
        int[] counts = new int[n];
        for (int[] send : sends) {
            counts[send[0]]++;
        }
        for (int rank = 0; rank < n; rank++) {
            int before = next[rank].length;
            next[rank] = Arrays.copyOf(next[rank], before + counts[rank]);
            counts[rank] = before;
        }
        for (int[] send : sends) {
            next[send[0]][counts[send[0]]++] = send[1];
        }
        for (int rank = 0; rank < n; rank++) {
            after[group[rank]] = next[rank];
        }
    }

    /** The same with equal parts. */
    void allToAll(int[] group, long bytesEach) {
        long[][] bytes = new long[group.length][group.length];
        for (long[] row : bytes) {
            Arrays.fill(row, bytesEach);
        }
        allToAll(group, bytes);
    }

    private static long chunk(long bytes, long parts) {
        return Math.ceilDiv(bytes, parts);
    }

    private static int[] plus(int[] numbers, int more) {
        int[] longer = Arrays.copyOf(numbers, numbers.length + 1);
        longer[numbers.length] = more;
        return longer;
    }
}
