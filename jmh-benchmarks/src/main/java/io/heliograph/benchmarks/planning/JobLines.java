package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.ModelShape;
import io.heliograph.collectives.planning.job.Parallelism;
import io.heliograph.collectives.planning.job.Parameters;
import io.heliograph.collectives.planning.job.Training;
import java.util.Locale;

/** What a job is, in the lines of a banner: with what the file leaves out. */
final class JobLines {
    private JobLines() {}

    static Banner add(Banner banner, Job job) {
        ModelShape model = job.model();
        Parallelism parallelism = job.parallelism();
        Training training = job.training();
        ModelShape.Details details = model.details();
        Parameters parameters = new Parameters(job);
        banner.with("job", job.name())
                .with(
                        "model",
                        String.format(
                                Locale.ROOT,
                                "layers=%d hidden=%d heads=%d key-value-heads=%d feed-forward=%d sequence=%d"
                                        + " vocabulary=%d",
                                model.layers(),
                                model.hidden(),
                                model.heads(),
                                model.keyValueHeads(),
                                model.feedForward(),
                                model.sequence(),
                                model.vocabulary()))
                .with(
                        "details",
                        String.format(
                                Locale.ROOT,
                                "gated=%b bias=%b layer-norm=%b learned-positions=%b tied-embeddings=%b",
                                details.gated(),
                                details.bias(),
                                details.layerNorm(),
                                details.learnedPositions(),
                                details.tiedEmbeddings()));
        model.experts()
                .ifPresent(experts -> banner.with(
                        "experts",
                        "count=" + experts.count() + " top-k=" + experts.topK() + " feed-forward="
                                + experts.feedForward() + " every=" + experts.every()));
        return banner.with(
                        "parallel",
                        String.format(
                                Locale.ROOT,
                                "tensor=%d context=%d data=%d pipeline=%d expert=%d sequence=%s: %d ranks",
                                parallelism.tensor(),
                                parallelism.context(),
                                parallelism.data(),
                                parallelism.pipeline(),
                                parallelism.expert(),
                                word(parallelism.sequence()),
                                parallelism.ranks()))
                .with(
                        "training",
                        String.format(
                                Locale.ROOT,
                                "micro-batch=%d micro-batches=%d sharding=%s overlap=%b recompute=%b"
                                        + " context-exchange=%s",
                                training.microBatch(),
                                training.microBatches(),
                                word(training.sharding()),
                                training.overlap(),
                                training.recompute(),
                                word(parallelism.contextExchange())))
                .with(
                        "bytes",
                        String.format(
                                Locale.ROOT,
                                "activation=%d parameter=%d gradient=%d",
                                training.precision().activations(),
                                training.precision().parameters(),
                                training.precision().gradients()))
                .with(
                        "parameters",
                        parameters.denseOfStage(0) + " + " + parameters.expertsOfStage(0)
                                + " of experts, of a rank of the first stage");
    }

    /** A constant as job files write it. */
    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
