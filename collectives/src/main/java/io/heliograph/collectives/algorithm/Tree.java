package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;
import static io.heliograph.collectives.algorithm.Place.scratch;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;

/**
 * A binary tree: place p, counted from the root on in the order of ranks, has children 2p + 1 and 2p + 2. A reduction is (own + first child's) + second child's, from the leaves up.
 */
final class Tree {
    private static final int ARITY = 2;

    private Tree() {}

    /** Up to rank 0, and down again. */
    static Schedule allReduce(int ranks) {
        Programs programs = new Programs(ranks);
        for (int place = 0; place < ranks; place++) {
            up(programs, place, 0);
            down(programs, place, 0, output(0));
        }
        return programs.schedule(Collective.ALL_REDUCE, Algorithm.TREE, 0, 1, 1, 1);
    }

    static Schedule broadcast(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int place = 0; place < ranks; place++) {
            down(programs, place, root, input(0));
        }
        programs.add(root, Step.copy(input(0), output(0)));
        return programs.schedule(Collective.BROADCAST, Algorithm.TREE, root, 1, 1, 0);
    }

    static Schedule reduce(int ranks, int root) {
        Programs programs = new Programs(ranks);
        for (int place = 0; place < ranks; place++) {
            up(programs, place, root);
        }
        return programs.schedule(Collective.REDUCE, Algorithm.TREE, root, 1, 1, 1);
    }

    private static void up(Programs programs, int place, int root) {
        int rank = programs.around(root, place);
        Place sum = place == 0 ? output(0) : scratch(0);
        Place own = input(0);
        for (int child = ARITY * place + 1; child <= ARITY * place + ARITY && child < programs.ranks(); child++) {
            programs.add(rank, Step.reduceRight(programs.around(root, child), own, sum));
            own = sum;
        }
        if (place > 0) {
            programs.add(rank, Step.send(parent(programs, place, root), own));
            return;
        }
        if (programs.ranks() == 1) {
            programs.add(rank, Step.copy(input(0), output(0)));
        }
        programs.add(rank, Step.finish(output(0)));
    }

    private static void down(Programs programs, int place, int root, Place atRoot) {
        int rank = programs.around(root, place);
        if (place > 0) {
            programs.add(rank, Step.receive(parent(programs, place, root), output(0)));
        }
        for (int child = ARITY * place + 1; child <= ARITY * place + ARITY && child < programs.ranks(); child++) {
            programs.add(rank, Step.send(programs.around(root, child), place == 0 ? atRoot : output(0)));
        }
    }

    private static int parent(Programs programs, int place, int root) {
        return programs.around(root, (place - 1) / ARITY);
    }
}
