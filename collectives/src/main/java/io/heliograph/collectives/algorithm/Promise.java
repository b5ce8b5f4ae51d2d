package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;

import org.jspecify.annotations.Nullable;

/** What a schedule's collective promises: which chunks each rank's output holds in the end, and which are one memory when it is in place. */
final class Promise {
    private final Schedule schedule;
    private final int part;

    Promise(Schedule schedule) {
        this.schedule = schedule;
        part = schedule.chunksOfPart();
    }

    /** Whether the buffers have as many chunks as the collective needs. */
    boolean hasFittingChunks() {
        int ranks = schedule.ranks();
        int input = schedule.inputChunks();
        int output = schedule.outputChunks();
        if (input < 1 || output < 1) {
            return false;
        }
        return switch (schedule.collective()) {
            case ALL_REDUCE, BROADCAST, REDUCE, BARRIER -> input == output;
            case REDUCE_SCATTER, SCATTER -> input == ranks * output;
            case ALL_GATHER, GATHER -> output == ranks * input;
            case ALL_TO_ALL, ALL_TO_ALL_V -> input == output && input % ranks == 0;
            case SEND_RECEIVE -> false;
        };
    }

    /** Whether a chunk of the output or of scratch is as long as an input chunk of that number. */
    boolean isAsLong(int inputChunk, int otherChunk) {
        return inputChunk % part == otherChunk % part;
    }

    /** What an output chunk must hold; null if that does not matter. */
    @Nullable
    Contents promised(int rank, int chunk) {
        int root = schedule.root();
        return switch (schedule.collective()) {
            case ALL_REDUCE -> Contents.ofAll(chunk, schedule.ranks());
            case REDUCE_SCATTER -> Contents.ofAll(rank * part + chunk, schedule.ranks());
            case ALL_GATHER -> Contents.of(chunk % part, chunk / part);
            case ALL_TO_ALL, ALL_TO_ALL_V -> Contents.of(rank * part + chunk % part, chunk / part);
            case BROADCAST -> Contents.of(chunk, root);
            case REDUCE -> rank == root ? Contents.ofAll(chunk, schedule.ranks()) : null;
            case GATHER -> rank == root ? Contents.of(chunk % part, chunk / part) : null;
            case SCATTER -> Contents.of(rank * part + chunk, root);
            case BARRIER, SEND_RECEIVE -> null;
        };
    }

    /** The input chunk that an output chunk shares its memory with when the collective is in place; itself if there is none. */
    Place inPlace(int rank, Place output) {
        int chunk = output.chunk();
        int root = schedule.root();
        return switch (schedule.collective()) {
            case ALL_REDUCE, BROADCAST -> input(chunk);
            case REDUCE -> rank == root ? input(chunk) : output;
            case REDUCE_SCATTER -> input(rank * part + chunk);
            case SCATTER -> rank == root ? input(rank * part + chunk) : output;
            case ALL_GATHER -> chunk / part == rank ? input(chunk % part) : output;
            case GATHER -> rank == root && chunk / part == rank ? input(chunk % part) : output;
            case ALL_TO_ALL, ALL_TO_ALL_V, BARRIER, SEND_RECEIVE -> output;
        };
    }
}
