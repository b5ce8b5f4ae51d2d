package io.heliograph.collectives;

/** How a collective is carried out; which one does which collectives, and in which order it reduces, says {@code collectives/COLLECTIVES.md}. */
public enum Algorithm {
    /** Around a ring of ranks, each part in turn: least bytes for each link. */
    RING,
    /** Recursive halving, then doubling (Rabenseifner 2004): least bytes in a logarithmic number of steps. A barrier by rounds of doubled distance (Hensgen, Finkel and Manber 1988). */
    HALVING_DOUBLING,
    /** A binary tree under the root: whole buffers, pipelined. */
    TREE,
    /** Two binary trees, each for half of the buffer, where inner nodes of one are leaves of the other (Sanders, Speck and Träff 2009). */
    DOUBLE_TREE,
    /** Within hosts, across them, within them again: least bytes between hosts. */
    HIERARCHICAL,
    /** A program in MSCCL's XML ({@link io.heliograph.collectives.algorithm.MscclProgram}), as given. */
    MSCCL,
    /** Everybody with everybody in one step: least steps. */
    DIRECT
}
