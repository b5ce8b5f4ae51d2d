package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.job.Training.Sharding;

/**
 * A training job that is possible: its degrees divide what they must divide.
 *
 * @param name what people call it
 * @param compute how long ranks compute
 * @param placement of the ranks that the degrees of parallelism make
 */
public record Job(
        String name,
        ModelShape model,
        Parallelism parallelism,
        Training training,
        Compute compute,
        Placement placement) {
    /** Most messages that a rank may send in an iteration: what can be listed. */
    public static final long MOST_MESSAGES = 5_000_000;

    /** Most parameters of a model. */
    public static final double MOST_PARAMETERS = 1e15;

    private static final long MOST_OF_A_LAYER = 40;

    /**
     * Checks its parts against each other.
     *
     * @throws IllegalArgumentException if a degree does not divide, or a combination is not one that frameworks offer
     */
    public Job {
        int tensor = parallelism.tensor();
        int context = parallelism.context();
        Checks.divides("pipeline", parallelism.pipeline(), "layers", model.layers());
        Checks.divides("tensor", tensor, "heads", model.heads());
        Checks.divides("tensor", tensor, "key-value-heads", model.keyValueHeads());
        Checks.divides("tensor", tensor, "feed-forward", model.feedForward());
        Checks.divides("context", context, "sequence", model.sequence());
        if (parallelism.isSequenceParallel()) {
            Checks.divides("context * tensor", (long) context * tensor, "sequence", model.sequence());
        }
        if (context > 1 && parallelism.contextExchange() == ContextExchange.ALL_TO_ALL) {
            Checks.divides("context * tensor", (long) context * tensor, "heads", model.heads());
            Checks.divides("context * tensor", (long) context * tensor, "key-value-heads", model.keyValueHeads());
        }
        checkExperts(model, parallelism);
        checkSizes(model, training);
        Sharding sharding = training.sharding();
        if (parallelism.pipeline() > 1 && (sharding == Sharding.GRADIENTS || sharding == Sharding.PARAMETERS)) {
            throw new IllegalArgumentException("sharding of gradients or parameters (ZeRO-2, ZeRO-3) with pipeline="
                    + parallelism.pipeline() + "; DeepSpeed offers it with pipeline=1 alone");
        }
        long messages = (model.layers() / parallelism.pipeline() + 1L)
                * training.microBatches()
                * (MOST_OF_A_LAYER + 4L * context);
        if (messages > MOST_MESSAGES) {
            throw new IllegalArgumentException("an iteration of layers=" + model.layers() + " and micro-batches="
                    + training.microBatches() + " may have " + messages + " messages a rank; at most " + MOST_MESSAGES);
        }
    }

    private static void checkSizes(ModelShape model, Training training) {
        double hidden = model.hidden();
        double experts = model.experts()
                .map(each -> (double) each.count() * each.feedForward())
                .orElse(0.0);
        double parameters = model.layers() * hidden * (4 * hidden + 3 * (model.feedForward() + experts))
                + 2 * hidden * model.vocabulary();
        double activations = hidden * model.sequence() * training.microBatch();
        if (parameters > MOST_PARAMETERS || activations > MOST_PARAMETERS) {
            throw new IllegalArgumentException("parameters=" + parameters + ", elements of an activation=" + activations
                    + "; at most " + MOST_PARAMETERS);
        }
    }

    private static void checkExperts(ModelShape model, Parallelism parallelism) {
        if (model.experts().isEmpty()) {
            if (parallelism.expert() > 1) {
                throw new IllegalArgumentException("expert=" + parallelism.expert() + " for a model without experts");
            }
            return;
        }
        ModelShape.Experts experts = model.experts().get();
        Checks.divides("expert", parallelism.expert(), "experts", experts.count());
        Checks.divides("tensor", parallelism.tensor(), "feed-forward of an expert", experts.feedForward());
        if (parallelism.tensor() > 1 && !parallelism.isSequenceParallel()) {
            throw new IllegalArgumentException("experts with tensor=" + parallelism.tensor()
                    + " need sequence parallelism, as in Megatron-LM: tokens would be sent more than once");
        }
    }
}
