package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.ModelShape.Experts;
import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.traffic.Message.Overlap;
import io.heliograph.collectives.planning.traffic.Operation;

/**
 * What a layer sends in its forward and its backward pass of one micro-batch: tensor, context and expert parallelism.
 *
 * <p>Without sequence parallelism a pair of matrices (column-parallel, row-parallel) ends its forward pass with an all-reduce, and its backward pass with another (Shoeybi et al., Megatron-LM, 2019, section 3): 4 a layer. With it each all-reduce becomes a
 * reduce-scatter behind and an all-gather in front, and the input of the column-parallel matrix is gathered once more for the gradient of its weights (Korthikanti et al., MLSys 2023, section 4.2.2): 6 all-gathers and 4 reduce-scatters a layer.
 */
final class LayerTraffic {
    /** Megatron-LM's token dispatcher tells each other how many tokens go to each expert, as 64-bit numbers. */
    private static final int BYTES_OF_A_COUNT = 8;

    private final ModelShape model;
    private final Parallelism parallelism;
    private final Groups groups;
    /** Of the whole tensor-parallel group. */
    private final long activationBytes;

    private final long queryBytes;
    /** Of keys, or of values, of a rank. */
    private final long keyBytes;

    LayerTraffic(Job job, Groups groups) {
        this.groups = groups;
        model = job.model();
        parallelism = job.parallelism();
        long tokens = (long) job.training().microBatch() * (model.sequence() / parallelism.context());
        int bytes = job.training().precision().activations();
        activationBytes = Math.multiplyExact(tokens * model.hidden(), bytes);
        queryBytes = activationBytes / parallelism.tensor();
        keyBytes = queryBytes / model.heads() * model.keyValueHeads();
    }

    /** Of a micro-batch's activations between layers, of the whole tensor-parallel group. */
    long activationBytes() {
        return activationBytes;
    }

    void forward(int layer, Emitter to, String pass) {
        before(to, pass + " attention");
        exchange(to, pass + " attention");
        behind(to, pass + " attention");
        if (model.hasExperts(layer)) {
            experts(to, pass + " experts");
        } else {
            before(to, pass + " MLP");
            behind(to, pass + " MLP");
        }
    }

    void backward(int layer, Emitter to) {
        if (model.hasExperts(layer)) {
            experts(to, "backward experts");
        } else {
            backwardPair(to, "backward MLP", false);
        }
        backwardPair(to, "backward attention", true);
    }

    private void before(Emitter to, String cause) {
        if (parallelism.isSequenceParallel()) {
            to.emit(Operation.ALL_GATHER, groups.tensor(), activationBytes, cause);
        }
    }

    private void behind(Emitter to, String cause) {
        Operation operation = parallelism.isSequenceParallel() ? Operation.REDUCE_SCATTER : Operation.ALL_REDUCE;
        to.emit(operation, groups.tensor(), activationBytes, cause);
    }

    private void backwardPair(Emitter to, String cause, boolean attention) {
        // The gradient of the row-parallel matrix's output.
        before(to, cause);
        if (attention) {
            exchangeBack(to, cause);
        }
        if (parallelism.isSequenceParallel()) {
            // The input once more, while the gradient of it is computed; and that gradient while the weights' is.
            to.emit(Operation.ALL_GATHER, groups.tensor(), activationBytes, cause, Overlap.COMPUTATION);
            to.emit(Operation.REDUCE_SCATTER, groups.tensor(), activationBytes, cause, Overlap.COMPUTATION);
        } else {
            to.emit(Operation.ALL_REDUCE, groups.tensor(), activationBytes, cause, Overlap.COMPUTATION);
        }
    }

    private void exchange(Emitter to, String cause) {
        if (parallelism.contextExchange() == ContextExchange.RING) {
            ring(to, parallelism.context() - 1, cause);
        } else {
            allToAlls(to, cause);
        }
    }

    /** Keys and values go around again; their gradients go one step further, home. */
    private void exchangeBack(Emitter to, String cause) {
        if (parallelism.contextExchange() == ContextExchange.RING) {
            ring(to, 2 * parallelism.context() - 1, cause);
        } else {
            allToAlls(to, cause);
        }
    }

    private void ring(Emitter to, int steps, String cause) {
        for (int step = 0; step < steps; step++) {
            to.emit(Operation.SEND, groups.context(), 2 * keyBytes, cause, Overlap.COMPUTATION);
            to.emit(Operation.RECEIVE, groups.context(), 2 * keyBytes, cause, Overlap.COMPUTATION);
        }
    }

    /** Queries, keys and values from a part of the sequence to a part of the heads, and the output back. */
    private void allToAlls(Emitter to, String cause) {
        to.emit(Operation.ALL_TO_ALL, groups.context(), queryBytes, cause);
        to.emit(Operation.ALL_TO_ALL, groups.context(), keyBytes, cause);
        to.emit(Operation.ALL_TO_ALL, groups.context(), keyBytes, cause);
        to.emit(Operation.ALL_TO_ALL, groups.context(), queryBytes, cause);
    }

    /** Tokens to experts and back; in the backward pass their gradients, the other way round. What comes is taken as even. */
    private void experts(Emitter to, String cause) {
        Experts experts = model.experts().orElseThrow();
        int topK = experts.topK();
        if (!cause.startsWith("backward")) {
            long counts = (long) BYTES_OF_A_COUNT
                    * experts.count()
                    * groups.expertTensor().size();
            to.emit(Operation.ALL_GATHER, groups.expertTensor(), counts, cause);
        }
        to.emit(Operation.ALL_TO_ALL, groups.expert(), topK * queryBytes, cause);
        to.emit(Operation.ALL_GATHER, groups.tensor(), topK * activationBytes, cause);
        to.emit(Operation.REDUCE_SCATTER, groups.tensor(), topK * activationBytes, cause);
        to.emit(Operation.ALL_TO_ALL, groups.expert(), topK * queryBytes, cause);
    }
}
