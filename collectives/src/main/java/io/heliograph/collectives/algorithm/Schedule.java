package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import java.util.List;

/**
 * What every rank does for one collective: a program each, carried out step by step, for one piece of every chunk after the other.
 *
 * <p>Between two ranks, chunks arrive in the order in which they were sent. A sender may be at least one chunk ahead of the receiver, so a schedule must not need more than
 * that; {@link Validator} proves it.
 *
 * @param collective what it does
 * @param algorithm how
 * @param root the root of a rooted collective, else 0
 * @param inputChunks equal parts of the input, but for what elements do not divide; of a barrier one, which is empty
 * @param outputChunks the same of the output
 * @param scratchChunks chunks of the communicator's memory, number s as long as chunk s modulo {@link #chunksOfPart} of a part; none where parts have lengths of their own
 * @param programs for each rank
 */
public record Schedule(
        Collective collective,
        Algorithm algorithm,
        int root,
        int inputChunks,
        int outputChunks,
        int scratchChunks,
        List<List<Step>> programs) {
    /** Takes copies. */
    public Schedule {
        programs = programs.stream().map(List::copyOf).toList();
    }

    /** Chunks of one rank's part of a buffer; all of it, where ranks have no parts. */
    public int chunksOfPart() {
        return switch (collective) {
            case ALL_REDUCE, BROADCAST, REDUCE, ALL_GATHER, GATHER, BARRIER, SEND_RECEIVE -> inputChunks;
            case REDUCE_SCATTER, SCATTER -> outputChunks;
            case ALL_TO_ALL, ALL_TO_ALL_V -> inputChunks / ranks();
        };
    }

    /** How many ranks there are. */
    public int ranks() {
        return programs.size();
    }
}
