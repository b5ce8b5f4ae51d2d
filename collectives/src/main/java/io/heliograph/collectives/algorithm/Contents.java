package io.heliograph.collectives.algorithm;

import java.util.BitSet;

/**
 * What a chunk holds, as far as a validator knows: an input chunk, or the reduction of one over several ranks.
 *
 * @param chunk number of the input chunk
 * @param ranks whose
 * @param finished whether {@link Step.Kind#FINISH} was done
 */
record Contents(int chunk, BitSet ranks, boolean finished) {
    static Contents of(int chunk, int rank) {
        BitSet ranks = new BitSet();
        ranks.set(rank);
        return new Contents(chunk, ranks, false);
    }

    static Contents ofAll(int chunk, int ranks) {
        BitSet all = new BitSet();
        all.set(0, ranks);
        return new Contents(chunk, all, true);
    }

    Contents with(Contents other) {
        BitSet both = (BitSet) ranks.clone();
        both.or(other.ranks);
        return new Contents(chunk, both, false);
    }

    boolean canBeCombinedWith(Contents other) {
        return chunk == other.chunk && !finished && !other.finished && !ranks.intersects(other.ranks);
    }

    @Override
    public String toString() {
        return "chunk " + chunk + " of ranks " + ranks + (finished ? ", finished" : "");
    }
}
