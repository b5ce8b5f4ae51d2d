package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Schedules;
import io.heliograph.collectives.algorithm.Step;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** This rank's programs, made when they are called for the first time, and which one is for which call. */
final class Programs {
    /** What the schedules of {@link Schedules} need at most. */
    private static final int SCRATCH_CHUNKS = 2;

    private final Choice choice;
    private final int rank;
    private final int size;
    private final IntPredicate readers;
    /** By collective and algorithm; then by root, for buffers apart and after those in place. */
    private final @Nullable Program[][][] programs;

    private final @Nullable Program[] pairs;

    /**
     * None are made.
     *
     * @param readers which ranks can read this one's memory
     */
    Programs(Choice choice, int rank, int size, IntPredicate readers) {
        this.choice = choice;
        this.readers = readers;
        this.rank = rank;
        this.size = size;
        programs = new Program[Collective.values().length][Algorithm.values().length][2 * size];
        pairs = new Program[(size + 1) * (size + 1)];
    }

    int mostScratchChunks() {
        return choice.mostScratchChunks(SCRATCH_CHUNKS);
    }

    /** The program for a call with buffers of so many bytes, those of one rank's part. */
    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    Program of(Collective collective, long bytes, int root, boolean inPlace) {
        Algorithm algorithm = choice.algorithm(collective, bytes, inPlace);
        @Nullable Program[] variants = programs[collective.ordinal()][algorithm.ordinal()];
        int place = (inPlace ? size : 0) + (collective.isRooted() ? root : 0);
        Program program = variants[place];
        if (program == null) {
            program = Program.of(choice.schedule(collective, algorithm, root), rank, inPlace, readers);
            variants[place] = program;
        }
        return program;
    }

    /** The program that sends to one rank and receives from another, either of which may be {@link Step#NO_PEER}. */
    Program sendReceive(int destination, int source) {
        int place = (destination + 1) * (size + 1) + source + 1;
        Program program = pairs[place];
        if (program == null) {
            program = Program.sendReceive(rank, destination, source, readers);
            pairs[place] = program;
        }
        return program;
    }
}
