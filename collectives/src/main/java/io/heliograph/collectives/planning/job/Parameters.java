package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.ModelShape.Experts;

/** How many parameters one rank holds of each part of a model: matrices by its tensor-parallel share, biases behind row-parallel matrices and norms whole. */
public final class Parameters {
    private final ModelShape model;
    private final Parallelism parallelism;

    /** Of a rank of a job. */
    public Parameters(Job job) {
        model = job.model();
        parallelism = job.parallelism();
    }

    private long norm() {
        return (long) model.hidden() * (model.details().layerNorm() ? 2 : 1);
    }

    private long attention() {
        long hidden = model.hidden();
        long headWidth = hidden / model.heads();
        long outputs = (model.heads() + 2L * model.keyValueHeads()) * headWidth / parallelism.tensor();
        long in = hidden * outputs + (model.details().bias() ? outputs : 0);
        long out = hidden / parallelism.tensor() * hidden + (model.details().bias() ? hidden : 0);
        return in + out;
    }

    private long mlp(long feedForward) {
        long share = feedForward / parallelism.tensor();
        long in = (model.details().gated() ? 2 : 1) * share;
        long biases = model.details().bias() ? in + model.hidden() : 0;
        return model.hidden() * (in + share) + biases;
    }

    /** Of a layer, without its experts. */
    public long denseOfLayer(int layer) {
        long others = attention() + 2 * norm();
        return model.hasExperts(layer) ? others + router() : others + mlp(model.feedForward());
    }

    private long router() {
        return model.experts()
                .map(experts -> (long) experts.count() * model.hidden())
                .orElse(0L);
    }

    /** Of the experts of a layer; 0 if it has none. */
    public long expertsOfLayer(int layer) {
        if (!model.hasExperts(layer)) {
            return 0;
        }
        Experts experts = model.experts().orElseThrow();
        return experts.count() / parallelism.expert() * mlp(experts.feedForward());
    }

    /** Of the table of words. */
    public long wordEmbedding() {
        return model.paddedVocabulary(parallelism.tensor()) / parallelism.tensor() * model.hidden();
    }

    /** In front of the first layer. */
    public long embedding() {
        return wordEmbedding() + (model.details().learnedPositions() ? (long) model.sequence() * model.hidden() : 0);
    }

    /** Behind the last layer: the last norm, and the output layer where its weights are its own or on another stage than the embedding. */
    public long output() {
        boolean shares = model.details().tiedEmbeddings() && parallelism.pipeline() == 1;
        return norm() + (shares ? 0 : wordEmbedding());
    }

    /** Of a stage, without experts. */
    public long denseOfStage(int stage) {
        long sum = 0;
        for (int layer = firstLayer(stage); layer < firstLayer(stage + 1); layer++) {
            sum += denseOfLayer(layer);
        }
        sum += stage == 0 ? embedding() : 0;
        return sum + (stage == parallelism.pipeline() - 1 ? output() : 0);
    }

    /** Of all experts of a stage. */
    public long expertsOfStage(int stage) {
        long sum = 0;
        for (int layer = firstLayer(stage); layer < firstLayer(stage + 1); layer++) {
            sum += expertsOfLayer(layer);
        }
        return sum;
    }

    /** What tensor-parallel ranks each compute gradients of from their own part of a sequence: norms and biases behind row-parallel matrices of a stage's layers. */
    long replicatedOfStage(int stage) {
        long sum = 0;
        for (int layer = firstLayer(stage); layer < firstLayer(stage + 1); layer++) {
            int biases = model.hasExperts(layer) ? 1 : 2;
            sum += 2 * norm() + (model.details().bias() ? (long) biases * model.hidden() : 0);
            sum += model.hasExperts(layer) ? router() : 0;
        }
        return sum + (stage == parallelism.pipeline() - 1 ? norm() : 0);
    }

    int firstLayer(int stage) {
        return model.layers() / parallelism.pipeline() * stage;
    }
}
