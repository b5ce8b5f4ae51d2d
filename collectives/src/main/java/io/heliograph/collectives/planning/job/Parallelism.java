package io.heliograph.collectives.planning.job;

/**
 * Into how many parts a job is divided, and how. A rank is one place in tensor x context x data x pipeline; expert parallelism is within context x data.
 *
 * @param tensor ranks that share each layer's matrices
 * @param context ranks that share a sequence in all of the model
 * @param data replicas of the model, each with sequences of its own
 * @param pipeline stages, each with an equal number of layers
 * @param expert ranks that share the experts of a layer
 * @param sequence how tensor-parallel ranks treat what is outside of their matrices
 * @param contextExchange how attention reaches the rest of the sequence
 */
public record Parallelism(
        int tensor,
        int context,
        int data,
        int pipeline,
        int expert,
        SequenceParallelism sequence,
        ContextExchange contextExchange) {

    /** What tensor-parallel ranks do between their matrices. */
    public enum SequenceParallelism {
        /** All have the whole activations: an all-reduce behind each pair of matrices. */
        NONE,
        /**
         * Each has a part of the sequence (Korthikanti et al., MLSys 2023): a reduce-scatter behind, an all-gather in front. Embedding and output layer keep their all-reduces, as AICB's logs of Megatron-LM have it.
         */
        LAYERS,
        /** The same in the embedding and the output layer, as Megatron-Core does where positions are not learned. */
        ALL
    }

    /** How attention reaches the other parts of a sequence. */
    public enum ContextExchange {
        /** Keys and values go around a ring of ranks, their gradients too (Liu et al., Ring Attention, 2023). */
        RING,
        /** All-to-alls divide by heads instead of by sequence and back (DeepSpeed-Ulysses, 2023). */
        ALL_TO_ALL
    }

    /** Checks its arguments alone; {@link Job} checks them against the model. */
    public Parallelism {
        Checks.positive("tensor", tensor);
        Checks.positive("context", context);
        Checks.positive("data", data);
        Checks.positive("pipeline", pipeline);
        Checks.positive("expert", expert);
        Checks.divides("expert", expert, "context * data", (long) context * data);
        long ranks = Math.multiplyExact((long) tensor * context, (long) data * pipeline);
        if (ranks > MOST_RANKS) {
            throw new IllegalArgumentException("ranks=" + ranks + " in all; at most " + MOST_RANKS);
        }
        if (tensor == 1 && sequence != SequenceParallelism.NONE) {
            throw new IllegalArgumentException(
                    "sequence parallelism divides among tensor-parallel ranks, of which there is one: tensor=1");
        }
    }

    /** Most ranks of a job. */
    public static final int MOST_RANKS = 1 << 20;

    /** Ranks of the job. */
    public int ranks() {
        return tensor * context * data * pipeline;
    }

    boolean isSequenceParallel() {
        return sequence != SequenceParallelism.NONE;
    }
}
