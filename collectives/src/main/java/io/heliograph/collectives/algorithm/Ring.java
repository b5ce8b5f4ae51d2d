package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;
import static io.heliograph.collectives.algorithm.Place.scratch;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;

/**
 * Around a ring: every rank sends to the next and receives from the one before (Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of workstations", JPDC 2009).
 * Chunk c of a reduction starts at one rank and takes up one contribution after the other on its way: see each method for where.
 */
final class Ring {
    private Ring() {}

    /** Chunk c is ((x[c] + x[c+1]) + ...) + x[c-1], where x are the inputs by rank, modulo the number of ranks. */
    static Schedule allReduce(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            int next = programs.around(rank, 1);
            int before = programs.around(rank, -1);
            for (int i = 0; i < ranks - 1; i++) {
                int sent = programs.around(rank, -i);
                int received = programs.around(rank, -i - 1);
                programs.add(rank, Step.send(next, i == 0 ? input(sent) : output(sent)));
                programs.add(rank, Step.reduceLeft(before, input(received), output(received)));
            }
            if (ranks == 1) {
                programs.add(rank, Step.copy(input(0), output(0)));
            }
            programs.add(rank, Step.finish(output(next)));
            for (int i = 0; i < ranks - 1; i++) {
                programs.add(rank, Step.send(next, output(programs.around(rank, 1 - i))));
                programs.add(rank, Step.receive(before, output(programs.around(rank, -i))));
            }
        }
        return programs.schedule(Collective.ALL_REDUCE, Algorithm.RING, 0, ranks, ranks, 0);
    }

    /** Part r is ((x[r+1] + x[r+2]) + ...) + x[r]. */
    static Schedule reduceScatter(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 0; i < ranks - 1; i++) {
                int received = programs.around(rank, -i - 2);
                programs.add(
                        rank,
                        Step.send(
                                programs.around(rank, 1),
                                i == 0 ? input(programs.around(rank, -1)) : scratch((i - 1) % 2)));
                programs.add(
                        rank,
                        Step.reduceLeft(
                                programs.around(rank, -1),
                                input(received),
                                i == ranks - 2 ? output(0) : scratch(i % 2)));
            }
            if (ranks == 1) {
                programs.add(rank, Step.copy(input(0), output(0)));
            }
            programs.add(rank, Step.finish(output(0)));
        }
        return programs.schedule(Collective.REDUCE_SCATTER, Algorithm.RING, 0, ranks, 1, 2);
    }

    /** Each sends its input, not the copy of it: what was just written is slow to read for another processor, and need not be there first. */
    static Schedule allGather(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 0; i < ranks - 1; i++) {
                boolean isOwn = i == 0;
                programs.add(
                        rank,
                        Step.send(programs.around(rank, 1), isOwn ? input(0) : output(programs.around(rank, -i))));
                if (isOwn) {
                    programs.add(rank, Step.copy(input(0), output(rank)));
                }
                programs.add(rank, Step.receive(programs.around(rank, -1), output(programs.around(rank, -i - 1))));
            }
            if (ranks == 1) {
                programs.add(rank, Step.copy(input(0), output(rank)));
            }
        }
        return programs.schedule(Collective.ALL_GATHER, Algorithm.RING, 0, 1, ranks, 0);
    }

    static Schedule broadcast(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            int place = programs.around(rank, -root);
            if (place > 0) {
                programs.add(rank, Step.receive(programs.around(rank, -1), output(0)));
            }
            if (place < ranks - 1) {
                programs.add(rank, Step.send(programs.around(rank, 1), place == 0 ? input(0) : output(0)));
            }
            if (place == 0) {
                programs.add(rank, Step.copy(input(0), output(0)));
            }
        }
        return programs.schedule(Collective.BROADCAST, Algorithm.RING, root, 1, 1, 0);
    }

    /** ((x[root-1] + x[root-2]) + ...) + x[root]: towards the root from the one before it, backwards. */
    static Schedule reduce(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            int place = programs.around(rank, -root);
            Place sum = place == 0 ? output(0) : scratch(0);
            if (place < ranks - 1) {
                programs.add(rank, Step.reduceLeft(programs.around(rank, 1), input(0), sum));
            } else if (place == 0) {
                programs.add(rank, Step.copy(input(0), output(0)));
            }
            if (place > 0) {
                programs.add(rank, Step.send(programs.around(rank, -1), place < ranks - 1 ? sum : input(0)));
            } else {
                programs.add(rank, Step.finish(output(0)));
            }
        }
        return programs.schedule(Collective.REDUCE, Algorithm.RING, root, 1, 1, 1);
    }
}
