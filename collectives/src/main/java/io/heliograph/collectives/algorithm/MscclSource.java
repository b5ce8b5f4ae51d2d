package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Collective;
import java.util.List;

/**
 * What an MSCCL file says, element by element, with the lines where it says so.
 *
 * @param file its name, for people
 * @param line of the element {@code algo}
 * @param name the program's
 * @param collective what it does
 * @param ranks how many there are
 * @param chunks of the larger buffer ({@code nchunksperloop})
 * @param isInPlace whether input and output are written for as one memory
 * @param leastBytes of a call's larger buffer that it is meant for ({@code minBytes}; 0)
 * @param mostBytes of it ({@code maxBytes}; {@link Long#MAX_VALUE})
 * @param gpus in the order of ranks
 */
record MscclSource(
        String file,
        int line,
        String name,
        Collective collective,
        int ranks,
        int chunks,
        boolean isInPlace,
        long leastBytes,
        long mostBytes,
        List<Gpu> gpus) {
    /** One rank: chunks of its buffers that steps name, and its thread blocks, by their numbers. */
    record Gpu(int line, int id, int inputChunks, int outputChunks, int scratchChunks, List<Block> blocks) {}

    /** A thread block: steps one after the other, with at most one rank to send to, and one to receive from. */
    record Block(int line, int id, int sendTo, int receiveFrom, int channel, List<Instruction> steps) {}

    /**
     * A step.
     *
     * @param dependsOnBlock the block that must have done a step before; negative if there is none
     * @param dependsOnStep which
     * @param hasDependents what it says of whether others depend on it
     */
    record Instruction(
            int line,
            Operation operation,
            Reference source,
            Reference target,
            int count,
            int dependsOnBlock,
            int dependsOnStep,
            boolean hasDependents) {}

    /** A chunk: {@code i}, {@code o} or {@code s}, and which. */
    record Reference(char buffer, int index) {
        Reference plus(int chunks) {
            return new Reference(buffer, index + chunks);
        }

        @Override
        public String toString() {
            return buffer + "[" + index + "]";
        }
    }

    /** What steps do. */
    enum Operation {
        SEND("s", false, false, true, false),
        RECEIVE("r", true, false, false, true),
        RECEIVE_COPY_SEND("rcs", true, false, true, true),
        RECEIVE_REDUCE_SEND("rrs", true, true, true, false),
        RECEIVE_REDUCE_COPY("rrc", true, true, false, true),
        RECEIVE_REDUCE_COPY_SEND("rrcs", true, true, true, true),
        COPY("cpy", false, false, false, true),
        REDUCE("re", false, true, false, true),
        NOTHING("nop", false, false, false, false);

        final String label;
        final boolean receives;
        final boolean reduces;
        final boolean sends;
        /** Whether the target is written. */
        final boolean writes;

        Operation(String label, boolean receives, boolean reduces, boolean sends, boolean writes) {
            this.label = label;
            this.receives = receives;
            this.reduces = reduces;
            this.sends = sends;
            this.writes = writes;
        }

        /** Whether the source is read. */
        boolean reads() {
            return this != NOTHING && (reduces || !receives);
        }
    }

    /** Chunks of one rank's part of a buffer, or of all where ranks have no parts. */
    int chunksOfPart() {
        return collective == Collective.ALL_REDUCE ? chunks : chunks / ranks;
    }

    int inputChunks() {
        return collective == Collective.ALL_GATHER ? chunksOfPart() : chunks;
    }

    int outputChunks() {
        return collective == Collective.REDUCE_SCATTER ? chunksOfPart() : chunks;
    }
}
