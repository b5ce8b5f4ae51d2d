package io.heliograph.collectives.algorithm;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import java.util.ArrayList;
import java.util.List;

/** The programs of a schedule while an algorithm writes them. */
final class Programs {
    private final List<List<Step>> programs = new ArrayList<>();

    Programs(int ranks) {
        for (int rank = 0; rank < ranks; rank++) {
            programs.add(new ArrayList<>());
        }
    }

    int ranks() {
        return programs.size();
    }

    void add(int rank, Step step) {
        programs.get(rank).add(step);
    }

    /** The rank {@code distance} behind {@code rank} in a ring; distances may be negative. */
    int around(int rank, int distance) {
        return Math.floorMod(rank + distance, ranks());
    }

    Schedule schedule(
            Collective collective, Algorithm algorithm, int root, int inputChunks, int outputChunks, int scratch) {
        return new Schedule(collective, algorithm, root, inputChunks, outputChunks, scratch, programs);
    }
}
