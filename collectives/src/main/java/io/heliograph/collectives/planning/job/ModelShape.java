package io.heliograph.collectives.planning.job;

import java.util.Optional;

/**
 * The shape of a decoder-only transformer.
 *
 * @param layers transformer layers
 * @param hidden elements of a token's state
 * @param heads attention heads; hidden is a multiple of it
 * @param keyValueHeads heads of keys and values: as many as heads, or fewer that are shared (grouped-query attention)
 * @param feedForward inner width of the MLP of a dense layer
 * @param sequence tokens of a training sequence
 * @param vocabulary tokens that there are, before padding
 * @param details what changes the number of parameters alone
 * @param experts of mixture-of-experts layers; none in a dense model
 */
public record ModelShape(
        int layers,
        int hidden,
        int heads,
        int keyValueHeads,
        int feedForward,
        int sequence,
        int vocabulary,
        Details details,
        Optional<Experts> experts) {
    /** Megatron-LM pads the vocabulary to a multiple of this for each rank of a tensor-parallel group (make-vocab-size-divisible-by). */
    static final int VOCABULARY_MULTIPLE = 128;

    /**
     * What changes the number of parameters alone.
     *
     * @param gated whether the MLP has a gate, a third matrix (SwiGLU)
     * @param bias whether linear layers have biases
     * @param layerNorm whether norms have a bias beside the weight (LayerNorm), or the weight alone (RMSNorm)
     * @param learnedPositions whether positions are embedded by a table, one row a token of the sequence
     * @param tiedEmbeddings whether the output layer uses the weights of the embedding
     */
    public record Details(
            boolean gated, boolean bias, boolean layerNorm, boolean learnedPositions, boolean tiedEmbeddings) {
        /** As in GPT-2 and GPT-3. */
        public static final Details GPT = new Details(false, true, true, true, true);
        /** As in Llama. */
        public static final Details LLAMA = new Details(true, false, false, false, false);
    }

    /**
     * The experts of mixture-of-experts layers.
     *
     * @param count of each such layer
     * @param topK experts that a token is sent to
     * @param feedForward inner width of an expert
     * @param every layers 0, every, 2 every ... have experts, the others are dense (Megatron-LM's moe-layer-freq)
     */
    public record Experts(int count, int topK, int feedForward, int every) {
        /** Checks its arguments. */
        public Experts {
            Checks.positive("experts", count);
            Checks.positive("top-k", topK);
            Checks.positive("feed-forward of an expert", feedForward);
            Checks.positive("every", every);
            if (topK > count) {
                throw new IllegalArgumentException("top-k=" + topK + " is more than experts=" + count);
            }
        }
    }

    /** Checks its arguments. */
    public ModelShape {
        Checks.positive("layers", layers);
        Checks.positive("hidden", hidden);
        Checks.positive("heads", heads);
        Checks.positive("key-value-heads", keyValueHeads);
        Checks.positive("feed-forward", feedForward);
        Checks.positive("sequence", sequence);
        Checks.positive("vocabulary", vocabulary);
        Checks.divides("heads", heads, "hidden", hidden);
        Checks.divides("key-value-heads", keyValueHeads, "heads", heads);
    }

    /** Whether a layer, from 0 on, has experts. */
    public boolean hasExperts(int layer) {
        return experts.isPresent() && layer % experts.get().every() == 0;
    }

    /** The vocabulary as ranks hold it together. */
    long paddedVocabulary(int tensorParallel) {
        long multiple = (long) VOCABULARY_MULTIPLE * tensorParallel;
        return Math.ceilDiv(vocabulary, multiple) * multiple;
    }
}
