package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;
import static io.heliograph.collectives.algorithm.Place.scratch;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;

/**
 * Everybody with everybody in one step. Reductions are in the order of ranks, ((x[0] + x[1]) + x[2]) + ..., by each rank that wants the result.
 */
final class Direct {
    private Direct() {}

    static Schedule allReduce(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 1; i < ranks; i++) {
                programs.add(rank, Step.send(programs.around(rank, i), input(0)));
            }
            reduce(programs, rank, input(0));
        }
        return programs.schedule(Collective.ALL_REDUCE, Algorithm.DIRECT, 0, 1, 1, 1);
    }

    static Schedule reduceScatter(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 1; i < ranks; i++) {
                int peer = programs.around(rank, i);
                programs.add(rank, Step.send(peer, input(peer)));
            }
            reduce(programs, rank, input(rank));
        }
        return programs.schedule(Collective.REDUCE_SCATTER, Algorithm.DIRECT, 0, ranks, 1, 1);
    }

    static Schedule reduce(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            if (rank == root) {
                reduce(programs, rank, input(0));
            } else {
                programs.add(rank, Step.send(root, input(0)));
            }
        }
        return programs.schedule(Collective.REDUCE, Algorithm.DIRECT, root, 1, 1, 1);
    }

    /** Others' contributions come by the channels, {@code own} takes its turn; nothing is written over it before. */
    private static void reduce(Programs programs, int rank, Place own) {
        if (programs.ranks() == 1) {
            programs.add(rank, Step.copy(own, output(0)));
        } else if (rank == 0) {
            programs.add(rank, Step.reduceRight(1, own, output(0)));
        } else if (rank == 1) {
            programs.add(rank, Step.reduceLeft(0, own, output(0)));
        } else {
            programs.add(rank, Step.receive(0, scratch(0)));
            for (int peer = 1; peer < rank; peer++) {
                programs.add(rank, Step.reduceRight(peer, scratch(0), scratch(0)));
            }
            programs.add(rank, Step.reduce(scratch(0), own, output(0)));
        }
        for (int peer = Math.max(2, rank + 1); peer < programs.ranks(); peer++) {
            programs.add(rank, Step.reduceRight(peer, output(0), output(0)));
        }
        programs.add(rank, Step.finish(output(0)));
    }

    static Schedule allGather(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 1; i < ranks; i++) {
                programs.add(rank, Step.send(programs.around(rank, i), input(0)));
            }
            programs.add(rank, Step.copy(input(0), output(rank)));
            receiveAll(programs, rank);
        }
        return programs.schedule(Collective.ALL_GATHER, Algorithm.DIRECT, 0, 1, ranks, 0);
    }

    /** Tells all, and hears from all. */
    static Schedule barrier(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 1; i < ranks; i++) {
                programs.add(rank, Step.send(programs.around(rank, i), input(0)));
            }
            for (int i = 1; i < ranks; i++) {
                programs.add(rank, Step.receive(programs.around(rank, -i), output(0)));
            }
        }
        return programs.schedule(Collective.BARRIER, Algorithm.DIRECT, 0, 1, 1, 0);
    }

    /** Also the one with a length for each chunk. */
    static Schedule allToAll(Collective collective, int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 1; i < ranks; i++) {
                int peer = programs.around(rank, i);
                programs.add(rank, Step.send(peer, input(peer)));
            }
            programs.add(rank, Step.copy(input(rank), output(rank)));
            receiveAll(programs, rank);
        }
        return programs.schedule(collective, Algorithm.DIRECT, 0, ranks, ranks, 0);
    }

    private static void receiveAll(Programs programs, int rank) {
        for (int i = 1; i < programs.ranks(); i++) {
            int peer = programs.around(rank, -i);
            programs.add(rank, Step.receive(peer, output(peer)));
        }
    }

    static Schedule broadcast(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int i = 1; i < ranks; i++) {
            int peer = programs.around(root, i);
            programs.add(root, Step.send(peer, input(0)));
            programs.add(peer, Step.receive(root, output(0)));
        }
        programs.add(root, Step.copy(input(0), output(0)));
        return programs.schedule(Collective.BROADCAST, Algorithm.DIRECT, root, 1, 1, 0);
    }

    static Schedule gather(int ranks, int root) {
        Programs programs = new Programs(ranks);
        programs.add(root, Step.copy(input(0), output(root)));
        for (int i = 1; i < ranks; i++) {
            int peer = programs.around(root, i);
            programs.add(peer, Step.send(root, input(0)));
            programs.add(root, Step.receive(peer, output(peer)));
        }
        return programs.schedule(Collective.GATHER, Algorithm.DIRECT, root, 1, ranks, 0);
    }

    static Schedule scatter(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int i = 1; i < ranks; i++) {
            int peer = programs.around(root, i);
            programs.add(root, Step.send(peer, input(peer)));
            programs.add(peer, Step.receive(root, output(0)));
        }
        programs.add(root, Step.copy(input(root), output(0)));
        return programs.schedule(Collective.SCATTER, Algorithm.DIRECT, root, ranks, 1, 0);
    }
}
