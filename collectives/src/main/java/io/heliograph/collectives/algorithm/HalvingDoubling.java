package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;

/**
 * Recursive vector halving with distance halving, then doubling (Rabenseifner, "Optimization of collective reduction operations", ICCS 2004), for P ranks, the greatest power of two that is not
 * above their number. Of the first 2 (N - P) ranks, each even one hands its input to the next, and gets the result from it.
 *
 * <p>The order of reduction is that of a binary tree over those P: first with the one P/2 away, then P/4, ...; the lower rank's side is the left operand, and a rank that was handed an input has
 * it on the left of its own.
 */
final class HalvingDoubling {
    private final Programs programs;
    private final int power;
    private final int folded;

    private HalvingDoubling(int ranks) {
        programs = new Programs(ranks);
        power = Integer.highestOneBit(ranks);
        folded = ranks - power;
    }

    static Schedule allReduce(int ranks) {
        HalvingDoubling algorithm = new HalvingDoubling(ranks);
        for (int rank = 0; rank < ranks; rank++) {
            if (rank < 2 * algorithm.folded && rank % 2 == 0) {
                algorithm.handOver(rank);
            } else {
                algorithm.takePart(rank);
            }
        }
        return algorithm.programs.schedule(
                Collective.ALL_REDUCE, Algorithm.HALVING_DOUBLING, 0, algorithm.power, algorithm.power, 0);
    }

    private void handOver(int rank) {
        for (int chunk = 0; chunk < power; chunk++) {
            programs.add(rank, Step.send(rank + 1, input(chunk)));
        }
        for (int chunk = 0; chunk < power; chunk++) {
            programs.add(rank, Step.receive(rank + 1, output(chunk)));
        }
    }

    private void takePart(int rank) {
        boolean hasFolded = rank < 2 * folded;
        int place = hasFolded ? rank / 2 : rank - folded;
        boolean inOutput = hasFolded;
        if (hasFolded) {
            for (int chunk = 0; chunk < power; chunk++) {
                programs.add(rank, Step.reduceLeft(rank - 1, input(chunk), output(chunk)));
            }
        }
        int first = 0;
        for (int half = power / 2; half > 0; half /= 2) {
            boolean lower = (place & half) == 0;
            int kept = lower ? first : first + half;
            int given = lower ? first + half : first;
            int peer = rankAt(place ^ half);
            for (int i = 0; i < half; i++) {
                programs.add(rank, Step.send(peer, inOutput ? output(given + i) : input(given + i)));
                Place own = inOutput ? output(kept + i) : input(kept + i);
                programs.add(
                        rank,
                        lower
                                ? Step.reduceRight(peer, own, output(kept + i))
                                : Step.reduceLeft(peer, own, output(kept + i)));
            }
            first = kept;
            inOutput = true;
        }
        if (!inOutput) {
            programs.add(rank, Step.copy(input(0), output(0)));
        }
        programs.add(rank, Step.finish(output(first)));
        for (int have = 1; have < power; have *= 2) {
            int other = first ^ have;
            int peer = rankAt(place ^ have);
            for (int i = 0; i < have; i++) {
                programs.add(rank, Step.send(peer, output(first + i)));
                programs.add(rank, Step.receive(peer, output(other + i)));
            }
            first = Math.min(first, other);
        }
        if (hasFolded) {
            for (int chunk = 0; chunk < power; chunk++) {
                programs.add(rank, Step.send(rank - 1, output(chunk)));
            }
        }
    }

    private int rankAt(int place) {
        return place < folded ? 2 * place + 1 : place + folded;
    }
}
