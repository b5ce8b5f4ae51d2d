package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.reduce.Scalars;

/** What collectives mean, written down plainly; elements are their bits. */
public final class Meaning {
    private Meaning() {}

    /** Parts of the input, {@code count} elements each. */
    public static int inputParts(Collective collective, int ranks) {
        return switch (collective) {
            case REDUCE_SCATTER, ALL_TO_ALL, ALL_TO_ALL_V, SCATTER -> ranks;
            default -> 1;
        };
    }

    /** Parts of the output. */
    public static int outputParts(Collective collective, int ranks) {
        return switch (collective) {
            case ALL_GATHER, ALL_TO_ALL, ALL_TO_ALL_V, GATHER -> ranks;
            default -> 1;
        };
    }

    /** Whether a rank gets anything. */
    public static boolean hasOutput(Collective collective, int rank, int root) {
        return (collective != Collective.REDUCE && collective != Collective.GATHER) || rank == root;
    }

    /** What it gets. */
    public static long[] output(
            Collective collective,
            DataType type,
            ReduceOperation operation,
            long[][] inputs,
            int count,
            int rank,
            int root) {
        int ranks = inputs.length;
        long[] output = new long[count * outputParts(collective, ranks)];
        for (int i = 0; i < output.length; i++) {
            int part = count == 0 ? 0 : i / count;
            int at = count == 0 ? 0 : i % count;
            output[i] = switch (collective) {
                case ALL_REDUCE, REDUCE -> reduced(type, operation, inputs, i);
                case REDUCE_SCATTER -> reduced(type, operation, inputs, rank * count + i);
                case ALL_GATHER, GATHER -> inputs[part][at];
                case ALL_TO_ALL, ALL_TO_ALL_V -> inputs[part][rank * count + at];
                case BROADCAST -> inputs[root][i];
                case SCATTER -> inputs[root][rank * count + i];
                case BARRIER -> throw new IllegalArgumentException("it moves nothing");
                case SEND_RECEIVE -> throw new IllegalArgumentException("no schedule");
            };
        }
        return output;
    }

    private static long reduced(DataType type, ReduceOperation operation, long[][] inputs, int i) {
        long sum = inputs[0][i];
        for (int rank = 1; rank < inputs.length; rank++) {
            sum = Scalars.reduce(type, operation, sum, inputs[rank][i]);
        }
        return operation == ReduceOperation.AVERAGE ? Scalars.divide(type, sum, inputs.length) : sum;
    }
}
