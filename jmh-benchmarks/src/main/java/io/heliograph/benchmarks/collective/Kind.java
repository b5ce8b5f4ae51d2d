package io.heliograph.benchmarks.collective;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import java.lang.foreign.MemorySegment;

/**
 * What is measured, with nccl-tests' names and conventions: a size is that of the larger buffer of a rank, and the bus bandwidth is what each rank's link must carry at least (nccl-tests,
 * doc/PERFORMANCE.md).
 */
enum Kind {
    ALLREDUCE,
    ALLGATHER,
    REDUCESCATTER,
    ALLTOALL,
    BROADCAST,
    SENDRECV;

    /** Which collective it is. */
    Collective collective() {
        return switch (this) {
            case ALLREDUCE -> Collective.ALL_REDUCE;
            case ALLGATHER -> Collective.ALL_GATHER;
            case REDUCESCATTER -> Collective.REDUCE_SCATTER;
            case ALLTOALL -> Collective.ALL_TO_ALL;
            case BROADCAST -> Collective.BROADCAST;
            case SENDRECV -> Collective.SEND_RECEIVE;
        };
    }

    /** Bytes on the bus for each byte of the size. */
    double busFactor(int ranks) {
        return switch (this) {
            case ALLREDUCE -> 2.0 * (ranks - 1) / ranks;
            case ALLGATHER, REDUCESCATTER, ALLTOALL -> (ranks - 1.0) / ranks;
            case BROADCAST, SENDRECV -> 1;
        };
    }

    /**
     * Bytes that each rank must copy at least, for each byte of the size, whatever the algorithm: what ends in its output and is no sum must be written there, and out of place that is its own part too. What a rank reduces is
     * counted by {@link #leastReduced}.
     */
    double leastCopied(int ranks, boolean inPlace) {
        double others = (ranks - 1.0) / ranks;
        return switch (this) {
            case ALLREDUCE -> ranks == 1 && !inPlace ? 1 : others;
            case ALLGATHER -> inPlace ? others : 1;
            case REDUCESCATTER -> ranks == 1 && !inPlace ? 1 : 0;
            case ALLTOALL, SENDRECV -> 1;
            case BROADCAST -> ranks == 1 && inPlace ? 0 : 1;
        };
    }

    /** Bytes that each rank must add to others at least, for each byte of the size, if the work is shared evenly: N inputs are N - 1 additions, and each rank does the Nth part of them. */
    double leastReduced(int ranks) {
        return reduces() ? (ranks - 1.0) / ranks : 0;
    }

    boolean reduces() {
        return this == ALLREDUCE || this == REDUCESCATTER;
    }

    boolean canBeInPlace() {
        return this != ALLTOALL && this != SENDRECV;
    }

    /** Whether a size is cut into a part for each rank. */
    boolean hasParts() {
        return this == ALLGATHER || this == REDUCESCATTER || this == ALLTOALL;
    }

    /** Elements of the input, for {@code count} elements in a part, or in all if there are no parts. */
    long inputElements(long count, int ranks) {
        return this == REDUCESCATTER || this == ALLTOALL ? count * ranks : count;
    }

    long outputElements(long count, int ranks) {
        return this == ALLGATHER || this == ALLTOALL ? count * ranks : count;
    }

    CollectiveHandle start(
            Communicator communicator,
            MemorySegment input,
            MemorySegment output,
            long count,
            DataType type,
            ReduceOperation operation,
            int root) {
        int ranks = communicator.size();
        int rank = communicator.rank();
        return switch (this) {
            case ALLREDUCE -> communicator.allReduce(input, output, count, type, operation);
            case ALLGATHER -> communicator.allGather(input, output, count, type);
            case REDUCESCATTER -> communicator.reduceScatter(input, output, count, type, operation);
            case ALLTOALL -> communicator.allToAll(input, output, count, type);
            case BROADCAST -> communicator.broadcast(input, output, count, type, root);
            case SENDRECV ->
                communicator.sendReceive(
                        input, count, (rank + 1) % ranks, output, count, (rank + ranks - 1) % ranks, type);
        };
    }

    /** What element {@code i} of a rank's input is: a small whole number. */
    int input(ReduceOperation operation, int ranks, int rank, long i) {
        return switch (operation) {
            // So that it divides evenly: over all ranks it is 0, 1, 2, ..., in another order for each element.
            case AVERAGE -> (int) ((i + rank) % ranks) * 2;
            case PRODUCT -> (i + rank) % ranks == 0 ? 2 : 1;
            default -> (int) ((i + rank * 3L) % 7);
        };
    }

    /** What element {@code i} of a rank's output must be. */
    double expected(ReduceOperation operation, int ranks, int rank, long count, long i, int root) {
        return switch (this) {
            case ALLREDUCE -> reduced(operation, ranks, i);
            case REDUCESCATTER -> reduced(operation, ranks, rank * count + i);
            case ALLGATHER -> input(operation, ranks, (int) (i / count), i % count);
            case ALLTOALL -> input(operation, ranks, (int) (i / count), rank * count + i % count);
            case BROADCAST -> input(operation, ranks, root, i);
            case SENDRECV -> input(operation, ranks, (rank + ranks - 1) % ranks, i);
        };
    }

    private double reduced(ReduceOperation operation, int ranks, long i) {
        int result = input(operation, ranks, 0, i);
        for (int rank = 1; rank < ranks; rank++) {
            int value = input(operation, ranks, rank, i);
            result = switch (operation) {
                case SUM, AVERAGE -> result + value;
                case PRODUCT -> result * value;
                case MIN -> Math.min(result, value);
                case MAX -> Math.max(result, value);
            };
        }
        return operation == ReduceOperation.AVERAGE ? result / (double) ranks : result;
    }
}
