package io.heliograph.collectives.planning.job;

import io.heliograph.collectives.planning.job.ModelShape.Details;
import io.heliograph.collectives.planning.job.ModelShape.Experts;
import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Placement.Dimension;
import io.heliograph.collectives.planning.job.Training.Precision;
import io.heliograph.collectives.planning.job.Training.Sharding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Small jobs of all kinds, drawn from a seed; ranks are at random hosts, at some of them several. */
public final class RandomJobs {
    private RandomJobs() {}

    /** The same job with gradients and parameters that travel while ranks compute. */
    public static Job withOverlap(Job job) {
        Training training = job.training();
        return new Job(
                job.name(),
                job.model(),
                job.parallelism(),
                new Training(
                        training.microBatch(),
                        training.microBatches(),
                        training.precision(),
                        training.sharding(),
                        true,
                        training.recompute()),
                job.compute(),
                job.placement());
    }

    /** A job of at most 128 ranks. */
    public static Job next(Random random) {
        boolean hasExperts = random.nextBoolean();
        int tensor = 1 << random.nextInt(3);
        int context = 1 << random.nextInt(2);
        int data = 1 << random.nextInt(3);
        int pipeline = 1 << random.nextInt(3);
        int expert = hasExperts ? Math.min(context * data, 1 << random.nextInt(3)) : 1;
        SequenceParallelism sequence = tensor > 1 && (hasExperts || random.nextBoolean())
                ? random.nextBoolean() ? SequenceParallelism.ALL : SequenceParallelism.LAYERS
                : SequenceParallelism.NONE;
        ContextExchange exchange = random.nextBoolean() ? ContextExchange.RING : ContextExchange.ALL_TO_ALL;
        Parallelism parallelism = new Parallelism(tensor, context, data, pipeline, expert, sequence, exchange);
        ModelShape model = new ModelShape(
                4,
                64,
                8,
                8,
                256,
                128,
                1000,
                random.nextBoolean() ? Details.GPT : Details.LLAMA,
                hasExperts ? Optional.of(new Experts(8, 2, 96, 2)) : Optional.empty());
        Sharding[] shardings = Sharding.values();
        Sharding sharding = shardings[random.nextInt(pipeline == 1 ? shardings.length : 2)];
        Training training =
                new Training(1, 1 + random.nextInt(3), Precision.MIXED, sharding, false, random.nextBoolean());
        List<Dimension> order = new ArrayList<>(Placement.MEGATRON);
        Collections.shuffle(order, random);
        int[] hosts = new int[parallelism.ranks()];
        int perHost = 1 + random.nextInt(2);
        List<Integer> shuffled = new ArrayList<>();
        for (int rank = 0; rank < hosts.length; rank++) {
            shuffled.add(rank / perHost);
        }
        Collections.shuffle(shuffled, random);
        for (int rank = 0; rank < hosts.length; rank++) {
            hosts[rank] = shuffled.get(rank);
        }
        Compute compute = random.nextBoolean() ? Compute.NONE : new Compute(20_000, 40_000, 10_000);
        return new Job("random", model, parallelism, training, compute, new Placement(parallelism, order, hosts));
    }
}
