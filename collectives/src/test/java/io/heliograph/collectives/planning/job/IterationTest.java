package io.heliograph.collectives.planning.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Training.Precision;
import io.heliograph.collectives.planning.job.Training.Sharding;
import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.collectives.planning.traffic.VolumeRow;
import io.heliograph.collectives.planning.traffic.Volumes.Section;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IterationTest {
    private static final long MEGABYTES_20 = 20_971_520;

    private static long count(Job job, int stage, Operation operation, String group, long bytes) {
        long[] count = {0};
        new Iteration(job).forEach(stage, message -> {
            boolean is = message.operation() == operation
                    && message.group().name().equals(group)
                    && message.bytes() == bytes;
            count[0] += is ? 1 : 0;
        });
        return count[0];
    }

    private static long bytes(Job job, int stage, Operation operation, String group) {
        long[] sum = {0};
        new Iteration(job).forEach(stage, message -> {
            boolean is =
                    message.operation() == operation && message.group().name().equals(group);
            sum[0] += is ? message.bytes() : 0;
        });
        return sum[0];
    }

    /** 4 for each of 40 layers, one of the embedding, one of the output layer: the count of AICB's log of Megatron-LM. */
    @Test
    void shouldReduceAsMegatronDoesWithoutSequenceParallelism() {
        Job job = Jobs.job(
                Jobs.GPT_13B,
                Jobs.parallel(8, 1, 16, 1, 1, SequenceParallelism.NONE),
                Jobs.training(1, Sharding.OPTIMIZER));
        assertEquals(162, count(job, 0, Operation.ALL_REDUCE, "tp", MEGABYTES_20));
        assertEquals(0, count(job, 0, Operation.ALL_GATHER, "tp", MEGABYTES_20));
        assertEquals(3, count(job, 0, Operation.ALL_REDUCE, "tp", 4 * 2048));
    }

    @Test
    void shouldGatherAndScatterAsMegatronDoesWithSequenceParallelism() {
        Job job = Jobs.job(
                Jobs.GPT_13B,
                Jobs.parallel(8, 1, 16, 1, 1, SequenceParallelism.LAYERS),
                Jobs.training(1, Sharding.OPTIMIZER));
        assertEquals(240, count(job, 0, Operation.ALL_GATHER, "tp", MEGABYTES_20));
        assertEquals(160, count(job, 0, Operation.REDUCE_SCATTER, "tp", MEGABYTES_20));
        assertEquals(2, count(job, 0, Operation.ALL_REDUCE, "tp", MEGABYTES_20));
    }

    @Test
    void shouldDivideEmbeddingAndOutputLayerToo() {
        Job job = Jobs.job(
                Jobs.GPT_13B,
                Jobs.parallel(8, 1, 16, 1, 1, SequenceParallelism.ALL),
                Jobs.training(1, Sharding.OPTIMIZER));
        assertEquals(240 + 3, count(job, 0, Operation.ALL_GATHER, "tp", MEGABYTES_20));
        assertEquals(160 + 2, count(job, 0, Operation.REDUCE_SCATTER, "tp", MEGABYTES_20));
        assertEquals(0, count(job, 0, Operation.ALL_REDUCE, "tp", MEGABYTES_20));
    }

    @Test
    void shouldSendInProportionToMicroBatches() {
        Training training = new Training(2, 3, Precision.MIXED, Sharding.NONE, false, false);
        Job job = Jobs.job(Jobs.GPT_13B, Jobs.parallel(8, 1, 16, 1, 1, SequenceParallelism.NONE), training);
        assertEquals(3 * 162, count(job, 0, Operation.ALL_REDUCE, "tp", 2 * MEGABYTES_20));
    }

    @Test
    void shouldRepeatTheForwardPassOfLayersWhenItIsRecomputed() {
        Training training = new Training(1, 1, Precision.MIXED, Sharding.NONE, false, true);
        Job job = Jobs.job(Jobs.GPT_13B, Jobs.parallel(8, 1, 16, 1, 1, SequenceParallelism.NONE), training);
        assertEquals(162 + 80, count(job, 0, Operation.ALL_REDUCE, "tp", MEGABYTES_20));
    }

    /** Layer of SMALL: 64 x (64 + 2 x 32) and 64 x 64 in attention, 3 x 64 x 256 in the MLP, 2 x 64 in norms; 1000 words are padded to 1024. */
    @Test
    void shouldCountParametersOfARank() {
        Job job = Jobs.job(
                Jobs.SMALL, Jobs.parallel(1, 1, 4, 1, 1, SequenceParallelism.NONE), Jobs.training(1, Sharding.NONE));
        long layer = 64 * 128 + 64 * 64 + 3 * 64 * 256 + 128;
        long all = 4 * layer + 2 * 1024 * 64 + 64;
        assertEquals(all, new Parameters(job).denseOfStage(0));
        assertEquals(4 * all, bytes(job, 0, Operation.ALL_REDUCE, "dp") - 4 /* the mean loss */);
        Job halved = Jobs.job(
                Jobs.SMALL, Jobs.parallel(2, 1, 4, 2, 1, SequenceParallelism.NONE), Jobs.training(1, Sharding.NONE));
        long half = (64 * 128 + 64 * 64 + 3 * 64 * 256) / 2 + 128;
        assertEquals(2 * half + 512 * 64, new Parameters(halved).denseOfStage(0));
        assertEquals(2 * half + 512 * 64 + 64, new Parameters(halved).denseOfStage(1));
    }

    @Test
    void shouldShardAsZeroDoes() {
        Parallelism parallelism = Jobs.parallel(1, 1, 4, 1, 1, SequenceParallelism.NONE);
        long parameters =
                new Parameters(Jobs.job(Jobs.SMALL, parallelism, Jobs.training(3, Sharding.NONE))).denseOfStage(0);

        Job optimizer = Jobs.job(Jobs.SMALL, parallelism, Jobs.training(3, Sharding.OPTIMIZER));
        assertEquals(1, count(optimizer, 0, Operation.REDUCE_SCATTER, "dp", 4 * parameters));
        assertEquals(1, count(optimizer, 0, Operation.ALL_GATHER, "dp", 2 * parameters));

        Job gradients = Jobs.job(Jobs.SMALL, parallelism, Jobs.training(3, Sharding.GRADIENTS));
        assertEquals(3, count(gradients, 0, Operation.REDUCE_SCATTER, "dp", 4 * parameters));
        assertEquals(1, count(gradients, 0, Operation.ALL_GATHER, "dp", 2 * parameters));

        Job whole = Jobs.job(Jobs.SMALL, parallelism, Jobs.training(3, Sharding.PARAMETERS));
        assertEquals(3 * 4 * parameters, bytes(whole, 0, Operation.REDUCE_SCATTER, "dp"));
        // Forward and backward; the embedding is looked up once.
        long twice = 2 * parameters - 1024 * 64;
        assertEquals(3 * 2 * twice, bytes(whole, 0, Operation.ALL_GATHER, "dp"));
        long layer = 2 * new Parameters(whole).denseOfLayer(0);
        assertEquals(3 * 2 * 4, count(whole, 0, Operation.ALL_GATHER, "dp", layer));
    }

    @Test
    void shouldSendBetweenStages() {
        Job job = Jobs.job(
                Jobs.SMALL, Jobs.parallel(2, 1, 1, 4, 1, SequenceParallelism.NONE), Jobs.training(6, Sharding.NONE));
        long activation = 128 * 64 * 2;
        long[] sends = {6, 12, 12, 6};
        for (int stage = 0; stage < 4; stage++) {
            assertEquals(sends[stage], count(job, stage, Operation.SEND, "pp", activation));
            assertEquals(sends[stage], count(job, stage, Operation.RECEIVE, "pp", activation));
        }
        Job divided = Jobs.job(
                Jobs.SMALL, Jobs.parallel(2, 1, 1, 4, 1, SequenceParallelism.LAYERS), Jobs.training(6, Sharding.NONE));
        assertEquals(6, count(divided, 0, Operation.SEND, "pp", activation / 2));
        List<Section> sections = new Iteration(job).volumes().sections();
        assertEquals(
                List.of("stage 0", "stages 1-2", "stage 3"),
                sections.stream().map(Section::label).toList());
    }

    /** One forward, one backward: stage 1 of 3 begins with 1 forward pass, alternates, and ends with a backward pass. */
    @Test
    void shouldTakeTurnsBetweenForwardAndBackward() {
        ModelShape model = new ModelShape(3, 64, 8, 4, 256, 128, 1000, ModelShape.Details.LLAMA, Jobs.SMALL.experts());
        Job job = Jobs.job(
                model, Jobs.parallel(1, 1, 1, 3, 1, SequenceParallelism.NONE), Jobs.training(3, Sharding.NONE));
        List<String> order = new ArrayList<>();
        new Iteration(job).forEach(1, message -> {
            if (message.operation() == Operation.SEND) {
                order.add(message.cause().substring(0, 1));
            }
        });
        assertEquals("ffbfbb", String.join("", order));
    }

    @Test
    void shouldReduceTiedEmbeddingsOfFirstAndLastStage() {
        Job job = Jobs.job(
                Jobs.GPT_13B, Jobs.parallel(1, 1, 1, 4, 1, SequenceParallelism.NONE), Jobs.training(1, Sharding.NONE));
        long words = 50_304L * 5120;
        assertEquals(1, count(job, 0, Operation.ALL_REDUCE, "embedding", 4 * words));
        assertEquals(0, bytes(job, 1, Operation.ALL_REDUCE, "embedding"));
        assertEquals(1, count(job, 3, Operation.ALL_REDUCE, "embedding", 4 * words));
    }

    @Test
    void shouldExchangeTokensWithExperts() {
        Job job = Jobs.job(
                Jobs.SMALL_EXPERTS,
                Jobs.parallel(2, 1, 8, 1, 4, SequenceParallelism.ALL),
                Jobs.training(3, Sharding.OPTIMIZER));
        // Two layers of four; there and back, forward and backward; the part of the sequence of a rank, to two experts.
        long tokens = 128 / 2 * 2;
        assertEquals(3 * 2 * 4, count(job, 0, Operation.ALL_TO_ALL, "ep", tokens * 64 * 2));
        assertEquals(3 * 2 * 2, count(job, 0, Operation.REDUCE_SCATTER, "tp", 2 * tokens * 64 * 2));
        assertEquals(3 * 2, count(job, 0, Operation.ALL_GATHER, "ep-tp", 8 * 8 * 4 * 2));
        // Two layers with two experts a rank, of 3 x 64 x 96 parameters each, halved by tensor parallelism.
        assertEquals(1, count(job, 0, Operation.REDUCE_SCATTER, "ep-dp", 4 * 2 * 2 * 3 * 64 * 96 / 2));
    }

    @Test
    void shouldExchangeKeysAndValuesInARing() {
        Job job = Jobs.job(
                Jobs.SMALL, Jobs.parallel(2, 4, 1, 1, 1, SequenceParallelism.NONE), Jobs.training(1, Sharding.NONE));
        // Keys and values of 4 heads of 8, halved, of 32 tokens; 3 steps forward, 3 + 4 backward, 4 layers.
        assertEquals(4 * 10, count(job, 0, Operation.SEND, "cp", 2 * 32 * 16 * 2));
        // Gradients are reduced among the parts of a sequence as well.
        assertTrue(bytes(job, 0, Operation.ALL_REDUCE, "dp") > 0);
    }

    @Test
    void shouldExchangeHeadsByAllToAll() {
        Parallelism parallelism = new Parallelism(1, 4, 1, 1, 1, SequenceParallelism.NONE, ContextExchange.ALL_TO_ALL);
        Job job = Jobs.job(Jobs.SMALL, parallelism, Jobs.training(1, Sharding.NONE));
        assertEquals(4 * 2 * 2, count(job, 0, Operation.ALL_TO_ALL, "cp", 32 * 64 * 2));
        assertEquals(4 * 2 * 2, count(job, 0, Operation.ALL_TO_ALL, "cp", 32 * 32 * 2));
    }

    @Test
    void shouldOverlapGradientsWhereTheJobDoes() {
        for (boolean overlap : new boolean[] {false, true}) {
            Training training = new Training(1, 1, Precision.MIXED, Sharding.OPTIMIZER, overlap, false);
            Job job = Jobs.job(Jobs.SMALL, Jobs.parallel(1, 1, 2, 1, 1, SequenceParallelism.NONE), training);
            new Iteration(job).forEach(0, message -> {
                if (message.operation() == Operation.REDUCE_SCATTER) {
                    assertEquals(overlap, message.overlap() == Message.Overlap.COMPUTATION);
                }
            });
        }
    }

    @Test
    void shouldSendNothingAlone() {
        Job job = Jobs.job(
                Jobs.SMALL,
                Jobs.parallel(1, 1, 1, 1, 1, SequenceParallelism.NONE),
                Jobs.training(2, Sharding.OPTIMIZER));
        List<VolumeRow> rows =
                new Iteration(job).volumes().sections().getFirst().rows();
        assertEquals(List.of(), rows);
    }
}
