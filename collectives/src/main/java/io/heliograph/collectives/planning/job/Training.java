package io.heliograph.collectives.planning.job;

/**
 * How a model is trained, as far as traffic depends on it.
 *
 * @param microBatch sequences that a replica computes at once
 * @param microBatches of a replica in an iteration
 * @param precision of what is sent
 * @param sharding who holds gradients, optimiser states and parameters
 * @param overlap whether gradients are reduced, and parameters gathered, while the backward and the forward pass compute
 * @param recompute whether the forward pass of each layer is done again in the backward pass
 */
public record Training(
        int microBatch, int microBatches, Precision precision, Sharding sharding, boolean overlap, boolean recompute) {

    /**
     * Bytes of an element on the wire.
     *
     * @param activations activations and their gradients
     * @param parameters what is gathered after the optimiser's step
     * @param gradients what is reduced
     */
    public record Precision(int activations, int parameters, int gradients) {
        /** 16-bit activations and parameters, 32-bit gradients: Megatron-LM's default for bf16. */
        public static final Precision MIXED = new Precision(2, 2, 4);

        /** Checks its arguments. */
        public Precision {
            Checks.positive("bytes of activations", activations);
            Checks.positive("bytes of parameters", parameters);
            Checks.positive("bytes of gradients", gradients);
        }
    }

    /** What data-parallel ranks divide among them (Rajbhandari et al., ZeRO, SC 2020). */
    public enum Sharding {
        /** Nothing: gradients are all-reduced once in an iteration. */
        NONE,
        /** Optimiser states (ZeRO-1, Megatron-LM's distributed optimiser): gradients are reduce-scattered and parameters gathered, once in an iteration. */
        OPTIMIZER,
        /** Gradients as well (ZeRO-2): they are reduce-scattered for each micro-batch. */
        GRADIENTS,
        /** Parameters as well (ZeRO-3, FSDP): each layer's are gathered before its forward and its backward pass, for each micro-batch. */
        PARAMETERS
    }

    /** Checks its arguments. */
    public Training {
        Checks.positive("micro-batch", microBatch);
        Checks.positive("micro-batches", microBatches);
    }
}
