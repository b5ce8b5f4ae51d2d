package io.heliograph.collectives.algorithm;

import static io.heliograph.collectives.algorithm.Place.input;
import static io.heliograph.collectives.algorithm.Place.output;
import static io.heliograph.collectives.algorithm.Place.scratch;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import java.util.ArrayList;
import java.util.List;

/**
 * Two binary trees, each for half of the buffer, where a node that has children in one is a leaf in the other, so that every link is busy both ways (Sanders, Speck and Träff, "Two-tree algorithms for
 * full bandwidth broadcast, reduction and scan", Parallel Computing 35, 2009). Among an odd number of nodes one has children in both.
 *
 * <p>The first tree is numbered in order: nodes with odd numbers are its leaves; node 0, above all others, is its root. The second is the first, mirrored where the number of nodes is even, shifted by one where it is odd.
 * A reduction is (own + child of the lower number's) + other child's, by numbers in the tree.
 */
final class DoubleTree {
    private static final int TREES = 2;
    private static final int NONE = -1;

    private final Programs programs;
    private final int nodes;
    /** The rank of node 0 of the first tree. */
    private final int firstRank;
    /** The rank above the roots of both trees; {@link #NONE} where the roots are the topmost. */
    private final int above;

    private DoubleTree(int ranks, int nodes, int firstRank, int above) {
        programs = new Programs(ranks);
        this.nodes = nodes;
        this.firstRank = firstRank;
        this.above = above;
    }

    /** Up both trees, and down again. Rank r is node r. */
    static Schedule allReduce(int ranks) {
        DoubleTree trees = new DoubleTree(ranks, ranks, 0, NONE);
        for (int rank = 0; rank < ranks; rank++) {
            boolean early = trees.mayBeginInTheSecond(rank);
            if (early) {
                trees.up(rank, 1, output(1));
            }
            trees.up(rank, 0, output(0));
            if (!early) {
                trees.up(rank, 1, output(1));
            }
            for (int tree = 0; tree < TREES; tree++) {
                trees.down(rank, tree);
            }
        }
        return trees.programs.schedule(Collective.ALL_REDUCE, Algorithm.DOUBLE_TREE, 0, TREES, TREES, 0);
    }

    /** The root hands a half to the root of each tree, which are among the others. */
    static Schedule broadcast(int ranks, int root) {
        DoubleTree trees = below(ranks, root);
        for (int rank = 0; rank < ranks; rank++) {
            for (int tree = 0; tree < TREES; tree++) {
                if (rank != root) {
                    trees.down(rank, tree);
                } else if (ranks > 1) {
                    trees.programs.add(root, Step.send(trees.rankOf(tree, 0), input(tree)));
                }
            }
        }
        for (int tree = 0; tree < TREES; tree++) {
            trees.programs.add(root, Step.copy(input(tree), output(tree)));
        }
        return trees.programs.schedule(Collective.BROADCAST, Algorithm.DOUBLE_TREE, root, TREES, TREES, 0);
    }

    /** Up both trees, the roots of which hand their halves to the root: its own + the tree's. */
    static Schedule reduce(int ranks, int root) {
        DoubleTree trees = below(ranks, root);
        for (int rank = 0; rank < ranks; rank++) {
            boolean early = rank != root && trees.mayBeginInTheSecond(rank);
            for (int i = 0; i < TREES; i++) {
                int tree = early ? 1 - i : i;
                if (rank != root) {
                    trees.up(rank, tree, scratch(tree));
                } else {
                    trees.programs.add(
                            root,
                            ranks == 1
                                    ? Step.copy(input(tree), output(tree))
                                    : Step.reduceRight(trees.rankOf(tree, 0), input(tree), output(tree)));
                    trees.programs.add(root, Step.finish(output(tree)));
                }
            }
        }
        return trees.programs.schedule(Collective.REDUCE, Algorithm.DOUBLE_TREE, root, TREES, TREES, TREES);
    }

    private static DoubleTree below(int ranks, int root) {
        return new DoubleTree(ranks, ranks - 1, (root + 1) % ranks, root);
    }

    /** A leaf of the second tree need not wait for its children in the first; but to one parent in both, halves go in their order. */
    private boolean mayBeginInTheSecond(int rank) {
        return children(rank, 1).isEmpty() && parent(rank, 1) != NONE && parent(rank, 1) != parent(rank, 0);
    }

    private void up(int rank, int tree, Place sum) {
        Place own = input(tree);
        for (int child : children(rank, tree)) {
            programs.add(rank, Step.reduceRight(child, own, sum));
            own = sum;
        }
        int parent = parent(rank, tree);
        if (parent != NONE) {
            programs.add(rank, Step.send(parent, own));
            return;
        }
        if (nodes == 1) {
            programs.add(rank, Step.copy(own, sum));
        }
        programs.add(rank, Step.finish(sum));
    }

    private void down(int rank, int tree) {
        int parent = parent(rank, tree);
        if (parent != NONE) {
            programs.add(rank, Step.receive(parent, output(tree)));
        }
        for (int child : children(rank, tree)) {
            programs.add(rank, Step.send(child, output(tree)));
        }
    }

    private int parent(int rank, int tree) {
        int node = nodeOf(rank, tree);
        if (node == 0) {
            return above;
        }
        int bit = Integer.lowestOneBit(node);
        int parent = node & ~bit | bit << 1;
        return rankOf(tree, parent < nodes ? parent : node & ~bit);
    }

    private List<Integer> children(int rank, int tree) {
        int node = nodeOf(rank, tree);
        List<Integer> children = new ArrayList<>();
        if (node == 0) {
            if (nodes > 1) {
                children.add(rankOf(tree, Integer.highestOneBit(nodes - 1)));
            }
            return children;
        }
        int distance = Integer.lowestOneBit(node) >> 1;
        if (distance > 0) {
            children.add(rankOf(tree, node - distance));
        }
        while (distance > 0 && node + distance >= nodes) {
            distance >>= 1;
        }
        if (distance > 0) {
            children.add(rankOf(tree, node + distance));
        }
        return children;
    }

    private int nodeOf(int rank, int tree) {
        int place = programs.around(rank, -firstRank);
        if (tree == 0) {
            return place;
        }
        return nodes % 2 == 0 ? nodes - 1 - place : (place + nodes - 1) % nodes;
    }

    private int rankOf(int tree, int node) {
        if (tree == 0) {
            return programs.around(firstRank, node);
        }
        return programs.around(firstRank, nodes % 2 == 0 ? nodes - 1 - node : (node + 1) % nodes);
    }
}
