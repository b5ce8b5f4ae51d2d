package io.heliograph.collectives.planning.steps;

import io.heliograph.collectives.planning.rates.GroupRounds;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/** The messages of an operation of a group, as the plan takes them: around rings (Patarasuk and Yuan, JPDC 2009), from rank to rank, or by rotations. */
final class GroupSteps {
    private final StepList list;
    private final String group;
    private final int[] hosts;
    /** What each rank has to wait for before it begins. */
    private final int[] ready;

    private final int[] received;
    private final int[][] ends;
    private int endCount;

    private GroupSteps(StepList list, String group, int[] hosts, int[] ready, int rounds) {
        this.list = list;
        this.group = group;
        this.hosts = hosts;
        this.ready = ready;
        received = new int[hosts.length];
        Arrays.fill(received, StepList.NONE);
        ends = new int[hosts.length][rounds + 1];
        for (int rank = 0; rank < hosts.length; rank++) {
            ends[rank][0] = ready[rank];
        }
        endCount = 1;
    }

    /**
     * Adds an operation.
     *
     * @param group what it is called
     * @param hosts of the ranks
     * @param ready what each rank waits for
     * @param slotNs of each rotation of an all-to-all, of round 0 otherwise
     * @return what each rank has to wait for to have the result
     */
    static int[] add(
            StepList list,
            String group,
            Operation operation,
            int[] hosts,
            long bytes,
            int[] ready,
            IntToLongFunction slotNs) {
        int ranks = hosts.length;
        int rounds = GroupRounds.of(operation, ranks);
        GroupSteps steps = new GroupSteps(list, group, hosts, ready, rounds);
        long each = GroupRounds.bytes(operation, ranks, bytes);
        for (int round = 0; round < rounds; round++) {
            switch (operation) {
                case ALL_REDUCE, ALL_GATHER, REDUCE_SCATTER -> steps.rotate(1, each, slotNs.applyAsLong(0));
                case ALL_TO_ALL -> steps.rotate(round + 1, each, slotNs.applyAsLong(round));
                case BROADCAST, REDUCE -> steps.hop(round, each, slotNs.applyAsLong(0));
                default -> throw new IllegalArgumentException("no steps are known of a group's " + operation.label());
            }
        }
        int[] over = new int[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            over[rank] = list.join(hosts[rank], slotNs.applyAsLong(0), Arrays.copyOf(steps.ends[rank], steps.endCount));
        }
        return over;
    }

    /** Each rank sends to the one at a distance, when it has received what came before. */
    private void rotate(int distance, long bytes, long slotNs) {
        int ranks = hosts.length;
        int[] sent = new int[ranks];
        for (int rank = 0; rank < ranks; rank++) {
            int to = (rank + distance) % ranks;
            sent[to] = list.send(group, hosts[rank], hosts[to], bytes, slotNs, ready[rank], received[rank]);
        }
        for (int rank = 0; rank < ranks; rank++) {
            received[rank] = sent[rank];
            ends[rank][endCount] = sent[rank];
        }
        endCount++;
    }

    /** One rank sends on to the next. */
    private void hop(int rank, long bytes, long slotNs) {
        received[rank + 1] = list.send(group, hosts[rank], hosts[rank + 1], bytes, slotNs, ready[rank], received[rank]);
        for (int[] each : ends) {
            each[endCount] = StepList.NONE;
        }
        ends[rank + 1][endCount++] = received[rank + 1];
    }
}
