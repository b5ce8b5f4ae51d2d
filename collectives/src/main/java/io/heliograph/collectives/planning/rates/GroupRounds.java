package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.traffic.Operation;

/** How often somebody waits for what another sent in an operation of a group, as the ring algorithms do it, and what is sent each time. */
public final class GroupRounds {
    private GroupRounds() {}

    /** Rounds of an operation, one after another. */
    public static int of(Operation operation, int ranks) {
        return switch (operation) {
            case ALL_REDUCE -> 2 * (ranks - 1);
            case ALL_GATHER, REDUCE_SCATTER, BROADCAST, REDUCE, ALL_TO_ALL -> ranks - 1;
            case SEND -> 1;
            default -> 0;
        };
    }

    /** What a rank sends in a round, of an operation's bytes as {@link Operation} says. */
    public static long bytes(Operation operation, int ranks, long bytes) {
        return switch (operation) {
            case ALL_REDUCE, ALL_GATHER, REDUCE_SCATTER, ALL_TO_ALL -> Math.ceilDiv(bytes, ranks);
            default -> bytes;
        };
    }
}
