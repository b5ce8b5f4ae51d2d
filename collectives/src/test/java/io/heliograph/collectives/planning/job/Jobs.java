package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.ModelShape.Details;
import io.heliograph.collectives.planning.job.ModelShape.Experts;
import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Training.Precision;
import io.heliograph.collectives.planning.job.Training.Sharding;
import java.util.Optional;

/** Jobs for tests. */
public final class Jobs {
    static final ModelShape GPT_13B =
            new ModelShape(40, 5120, 40, 40, 20480, 2048, 50257, Details.GPT, Optional.empty());
    /** Four layers of width 64. */
    static final ModelShape SMALL = new ModelShape(4, 64, 8, 4, 256, 128, 1000, Details.LLAMA, Optional.empty());
    /** The same with 8 experts in layers 0 and 2. */
    static final ModelShape SMALL_EXPERTS =
            new ModelShape(4, 64, 8, 4, 256, 128, 1000, Details.LLAMA, Optional.of(new Experts(8, 2, 96, 2)));

    private Jobs() {}

    static Parallelism parallel(int tensor, int context, int data, int pipeline, int expert, SequenceParallelism kind) {
        return new Parallelism(tensor, context, data, pipeline, expert, kind, ContextExchange.RING);
    }

    static Training training(int microBatches, Sharding sharding) {
        return new Training(1, microBatches, Precision.MIXED, sharding, false, false);
    }

    /** A job whose rank r is at host r. */
    public static Job job(ModelShape model, Parallelism parallelism, Training training) {
        return new Job(
                "test",
                model,
                parallelism,
                training,
                Compute.NONE,
                Placement.packed(parallelism, Placement.MEGATRON, 1));
    }
}
