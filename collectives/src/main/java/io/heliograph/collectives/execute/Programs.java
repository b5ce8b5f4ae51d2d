package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Schedules;
import io.heliograph.collectives.algorithm.Step;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** This rank's programs, made when they are called for the first time, and which one is for which call. */
final class Programs {
    /** What the schedules of {@link Schedules} need at most. */
    private static final int SCRATCH_CHUNKS = 2;

    private final CommunicatorConfig config;
    private final int rank;
    private final int size;
    /** By collective and algorithm; then by root, for buffers apart and after those in place. */
    private final @Nullable Program[][][] programs;

    private final @Nullable Program[] pairs;

    Programs(CommunicatorConfig config, int rank, int size) {
        this.config = config;
        this.rank = rank;
        this.size = size;
        programs = new Program[Collective.values().length][Algorithm.values().length][2 * size];
        pairs = new Program[(size + 1) * (size + 1)];
    }

    int mostScratchChunks() {
        return SCRATCH_CHUNKS;
    }

    /** The program for a call with buffers of so many bytes, those of one rank's part. */
    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    Program of(Collective collective, long bytes, int root, boolean inPlace) {
        Algorithm algorithm = choose(collective, bytes);
        @Nullable Program[] variants = programs[collective.ordinal()][algorithm.ordinal()];
        int place = (inPlace ? size : 0) + (collective.isRooted() ? root : 0);
        Program program = variants[place];
        if (program == null) {
            Optional<Schedule> schedule = Schedules.of(collective, algorithm, size, root);
            if (schedule.isEmpty()) {
                // Forced, but it does not do this collective.
                schedule = Schedules.of(collective, Algorithm.DIRECT, size, root);
            }
            program = Program.of(schedule.orElseThrow(), rank, inPlace);
            variants[place] = program;
        }
        return program;
    }

    /** The program that sends to one rank and receives from another, either of which may be {@link Step#NO_PEER}. */
    Program sendReceive(int destination, int source) {
        int place = (destination + 1) * (size + 1) + source + 1;
        Program program = pairs[place];
        if (program == null) {
            program = Program.sendReceive(rank, destination, source);
            pairs[place] = program;
        }
        return program;
    }

    private Algorithm choose(Collective collective, long bytes) {
        if (config.algorithm() != null) {
            return config.algorithm();
        }
        boolean isShort = bytes <= config.directBytes();
        return switch (collective) {
            case ALL_REDUCE, REDUCE_SCATTER, ALL_GATHER ->
                isShort || size <= 2 && collective != Collective.ALL_REDUCE ? Algorithm.DIRECT : Algorithm.RING;
            case BROADCAST, REDUCE -> isShort ? Algorithm.TREE : Algorithm.RING;
            default -> Algorithm.DIRECT;
        };
    }
}
