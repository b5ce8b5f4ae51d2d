package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;

/**
 * A barrier in as many rounds as N has doublings (Hensgen, Finkel and Manber, "Two algorithms for barrier synchronization", IJPP 17, 1988): in round k a rank tells the one 2^k behind it in the ring of ranks, and hears from the one 2^k before. What
 * it tells in a round it heard of in those before, so that after the last one it heard of all.
 */
final class Dissemination {
    private Dissemination() {}

    static Schedule barrier(int ranks) {
        Programs programs = new Programs(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            for (int distance = 1; distance < ranks; distance *= 2) {
                programs.add(rank, Step.send(programs.around(rank, distance), input(0)));
                programs.add(rank, Step.receive(programs.around(rank, -distance), output(0)));
            }
        }
        return programs.schedule(Collective.BARRIER, Algorithm.HALVING_DOUBLING, 0, 1, 1, 0);
    }
}
