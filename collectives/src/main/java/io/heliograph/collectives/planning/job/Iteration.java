package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Training.Sharding;
import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.collectives.planning.traffic.Message.Overlap;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeCounter;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What each rank of a job sends in one iteration, in its order: all ranks of a pipeline stage send the same, stages go by one-forward-one-backward (Narayanan et al., SC 2021, section 2.2.1).
 *
 * <p>Counted are the messages of the frameworks' own loops: layers, embedding and output layer, pipeline, input tokens and loss within a tensor-parallel group, gradients, the norm of gradients and parameters. Not counted are logging, checkpoints and set-up.
 */
public final class Iteration {
    /** Sizes of the tensors of a batch, five dimensions of 64 bits (Megatron-LM, broadcast_data). */
    private static final int BYTES_OF_SIZES = 5 * 8;

    private static final int BYTES_OF_A_TOKEN = 8;
    private static final int BYTES_OF_A_FLOAT = 4;
    /** Maximum, predicted logit and sum of exponentials (Megatron-LM, _VocabParallelCrossEntropy). */
    private static final int LOSS_REDUCTIONS = 3;

    private final Job job;
    private final Parallelism parallelism;
    private final Groups groups;
    private final LayerTraffic layers;
    private final DataTraffic data;
    private final int lastStage;

    /** Of a job. */
    public Iteration(Job job) {
        this.job = job;
        parallelism = job.parallelism();
        groups = Groups.of(parallelism);
        layers = new LayerTraffic(job, groups);
        data = new DataTraffic(job, groups);
        lastStage = parallelism.pipeline() - 1;
    }

    /**
     * Hands out the messages of one rank of a stage, in their order.
     *
     * @param stage from 0 on
     */
    public void forEach(int stage, Consumer<Message> consumer) {
        forEachOfPasses(stage, consumer);
        forEachOfStep(stage, consumer);
    }

    /** Those of the forward and backward passes alone. */
    public void forEachOfPasses(int stage, Consumer<Message> consumer) {
        forEachOfPasses(stage, _ -> {}, consumer);
    }

    /** Is told when a pass begins, in front of its messages. */
    interface PassListener {
        void begins(boolean isBackward);
    }

    void forEachOfPasses(int stage, PassListener passes, Consumer<Message> consumer) {
        Emitter to = new Emitter(consumer);
        int microBatches = job.training().microBatches();
        int warmUp = Math.min(lastStage - stage, microBatches);
        for (int i = 0; i < warmUp; i++) {
            passes.begins(false);
            forward(stage, i, to);
        }
        for (int i = warmUp; i < microBatches; i++) {
            passes.begins(false);
            forward(stage, i, to);
            passes.begins(true);
            backward(stage, i - warmUp, to);
        }
        for (int i = microBatches - warmUp; i < microBatches; i++) {
            passes.begins(true);
            backward(stage, i, to);
        }
    }

    /** Those behind the passes alone: gradients, the optimiser's step, parameters. */
    public void forEachOfStep(int stage, Consumer<Message> consumer) {
        step(stage, new Emitter(consumer));
    }

    /** Counts of all stages, those that send the same joined. */
    public Volumes volumes() {
        List<List<VolumeRow>> stages = new ArrayList<>();
        for (int stage = 0; stage <= lastStage; stage++) {
            VolumeCounter counter = new VolumeCounter();
            forEach(stage, counter::add);
            stages.add(counter.rows());
        }
        List<Volumes.Section> sections = lastStage == 0
                ? List.of(new Volumes.Section("every rank", stages.getFirst()))
                : Volumes.join("stage", stages);
        return new Volumes(sections, List.of(), List.of());
    }

    private void forward(int stage, int microBatch, Emitter to) {
        if (stage == 0 || stage == lastStage) {
            long tokens = job.model().sequence() + 1L;
            to.emit(Operation.BROADCAST, groups.tensor(), BYTES_OF_SIZES, "input");
            to.emit(
                    Operation.BROADCAST,
                    groups.tensor(),
                    BYTES_OF_A_TOKEN * tokens * job.training().microBatch(),
                    "input");
        }
        if (stage > 0) {
            neighbour(Operation.RECEIVE, to, "forward activations");
        } else {
            embedding(microBatch, to);
        }
        for (int layer = firstLayer(stage); layer < firstLayer(stage + 1); layer++) {
            data.beforeLayer(layer, microBatch, to, "forward");
            layers.forward(layer, to, "forward");
        }
        if (stage < lastStage) {
            neighbour(Operation.SEND, to, "forward activations");
        } else {
            output(microBatch, to);
        }
    }

    private void embedding(int microBatch, Emitter to) {
        data.before(data.parameters().embedding(), microBatch, to, "forward");
        Operation operation =
                parallelism.sequence() == SequenceParallelism.ALL ? Operation.REDUCE_SCATTER : Operation.ALL_REDUCE;
        to.emit(operation, groups.tensor(), layers.activationBytes(), "forward embedding");
    }

    private void output(int microBatch, Emitter to) {
        data.before(data.parameters().output(), microBatch, to, "forward");
        if (parallelism.sequence() == SequenceParallelism.ALL) {
            to.emit(Operation.ALL_GATHER, groups.tensor(), layers.activationBytes(), "forward output layer");
        }
        long tokens = (long) job.training().microBatch() * (job.model().sequence() / parallelism.context());
        for (int i = 0; i < LOSS_REDUCTIONS; i++) {
            to.emit(Operation.ALL_REDUCE, groups.tensor(), BYTES_OF_A_FLOAT * tokens, "loss");
        }
        to.emit(Operation.ALL_REDUCE, groups.data(), BYTES_OF_A_FLOAT, "mean loss");
    }

    private void backward(int stage, int microBatch, Emitter to) {
        if (stage < lastStage) {
            neighbour(Operation.RECEIVE, to, "backward gradients");
        } else {
            outputBack(microBatch, to);
        }
        for (int layer = firstLayer(stage + 1) - 1; layer >= firstLayer(stage); layer--) {
            data.beforeLayer(layer, microBatch, to, "backward");
            if (job.training().recompute()) {
                layers.forward(layer, to, "recomputed");
            }
            layers.backward(layer, to);
            data.behindLayer(layer, microBatch, to);
        }
        if (stage > 0) {
            neighbour(Operation.SEND, to, "backward gradients");
        } else {
            embeddingBack(microBatch, to);
        }
        data.behindMicroBatch(stage, to);
    }

    private void outputBack(int microBatch, Emitter to) {
        data.before(data.parameters().output(), microBatch, to, "backward");
        if (parallelism.sequence() == SequenceParallelism.ALL) {
            to.emit(
                    Operation.ALL_GATHER,
                    groups.tensor(),
                    layers.activationBytes(),
                    "backward output layer",
                    Overlap.COMPUTATION);
            to.emit(
                    Operation.REDUCE_SCATTER,
                    groups.tensor(),
                    layers.activationBytes(),
                    "backward output layer",
                    Overlap.COMPUTATION);
        } else {
            to.emit(
                    Operation.ALL_REDUCE,
                    groups.tensor(),
                    layers.activationBytes(),
                    "backward output layer",
                    Overlap.COMPUTATION);
        }
        data.behind(data.parameters().output(), microBatch, to);
    }

    private void embeddingBack(int microBatch, Emitter to) {
        if (parallelism.sequence() == SequenceParallelism.ALL) {
            to.emit(Operation.ALL_GATHER, groups.tensor(), layers.activationBytes(), "backward embedding");
        }
        data.behind(data.parameters().embedding(), microBatch, to);
    }

    private void neighbour(Operation operation, Emitter to, String cause) {
        // Each tensor-parallel rank sends what it has: all, or its part of the sequence.
        int parts = parallelism.isSequenceParallel() ? parallelism.tensor() : 1;
        to.emit(operation, groups.pipeline(), layers.activationBytes() / parts, cause);
    }

    private void step(int stage, Emitter to) {
        data.behindIteration(stage, to);
        int gradientBytes = job.training().precision().gradients();
        if (parallelism.isSequenceParallel()) {
            long count = data.parameters().replicatedOfStage(stage);
            to.emit(Operation.ALL_REDUCE, groups.tensor(), count * gradientBytes, "gradients of norms and biases");
        }
        boolean shares = lastStage > 0 && job.model().details().tiedEmbeddings();
        if (shares && (stage == 0 || stage == lastStage)) {
            long count = data.parameters().wordEmbedding();
            to.emit(Operation.ALL_REDUCE, groups.embedding(), count * gradientBytes, "gradients of tied embeddings");
        }
        boolean whole = job.training().sharding() == Sharding.NONE;
        to.emit(Operation.ALL_REDUCE, whole ? groups.model() : groups.all(), BYTES_OF_A_FLOAT, "norm of gradients");
        data.behindStep(stage, to);
    }

    private int firstLayer(int stage) {
        return data.parameters().firstLayer(stage);
    }
}
