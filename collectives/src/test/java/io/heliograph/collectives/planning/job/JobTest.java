package io.heliograph.collectives.planning.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.ModelShape.Details;
import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Placement.Dimension;
import io.heliograph.collectives.planning.job.Training.Sharding;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class JobTest {
    private static void refused(String why, Executable maker) {
        String message = assertThrows(IllegalArgumentException.class, maker).getMessage();
        assertTrue(String.valueOf(message).contains(why), message);
    }

    private static Executable small(Parallelism parallelism) {
        return () -> Jobs.job(Jobs.SMALL, parallelism, Jobs.training(1, Sharding.NONE));
    }

    @Test
    void shouldRefuseDegreesThatDoNotDivide() {
        SequenceParallelism none = SequenceParallelism.NONE;
        refused("pipeline=3 does not divide layers=4", small(Jobs.parallel(1, 1, 1, 3, 1, none)));
        refused("tensor=3 does not divide heads=8", small(Jobs.parallel(3, 1, 1, 1, 1, none)));
        refused("tensor=8 does not divide key-value-heads=4", small(Jobs.parallel(8, 1, 1, 1, 1, none)));
        refused("context=3 does not divide sequence=128", small(Jobs.parallel(1, 3, 1, 1, 1, none)));
        refused("expert=3 does not divide context * data=4", () -> Jobs.parallel(1, 1, 4, 1, 3, none));
        refused("expert=2 for a model without experts", small(Jobs.parallel(1, 1, 4, 1, 2, none)));
        refused(
                "expert=16 does not divide experts=8",
                () -> Jobs.job(
                        Jobs.SMALL_EXPERTS, Jobs.parallel(1, 1, 16, 1, 16, none), Jobs.training(1, Sharding.NONE)));
        refused(
                "heads=7 does not divide hidden=64",
                () -> new ModelShape(4, 64, 7, 7, 256, 128, 1000, Details.GPT, Optional.empty()));
    }

    @Test
    void shouldRefuseWhatFrameworksDoNotOffer() {
        refused(
                "need sequence parallelism",
                () -> Jobs.job(
                        Jobs.SMALL_EXPERTS,
                        Jobs.parallel(2, 1, 4, 1, 2, SequenceParallelism.NONE),
                        Jobs.training(1, Sharding.NONE)));
        refused("tensor=1", () -> Jobs.parallel(1, 1, 4, 1, 1, SequenceParallelism.ALL));
        refused(
                "pipeline=2",
                () -> Jobs.job(
                        Jobs.SMALL,
                        Jobs.parallel(1, 1, 4, 2, 1, SequenceParallelism.NONE),
                        Jobs.training(1, Sharding.PARAMETERS)));
    }

    @Test
    void shouldRefuseWhatIsTooLargeToCount() {
        int much = 1 << 24;
        refused(
                "at most",
                () -> Jobs.job(
                        new ModelShape(much, much, 1, 1, much, much, much, Details.GPT, Optional.empty()),
                        Jobs.parallel(1, 1, 1, 1, 1, SequenceParallelism.NONE),
                        Jobs.training(1, Sharding.NONE)));
        refused(
                "messages a rank",
                () -> Jobs.job(
                        Jobs.SMALL,
                        Jobs.parallel(1, 1, 1, 1, 1, SequenceParallelism.NONE),
                        Jobs.training(1 << 20, Sharding.NONE)));
        refused("ranks=", () -> Jobs.parallel(1 << 10, 1, 1 << 10, 2, 1, SequenceParallelism.NONE));
    }

    @Test
    void shouldGiveEachRankANumberInAnyOrder() {
        Parallelism parallelism = Jobs.parallel(2, 3, 4, 5, 1, SequenceParallelism.NONE);
        List<Dimension> order = List.of(Dimension.PIPELINE, Dimension.DATA, Dimension.TENSOR, Dimension.CONTEXT);
        Placement placement = Placement.packed(parallelism, order, 8);
        Set<Integer> ranks = new HashSet<>();
        for (int tensor = 0; tensor < 2; tensor++) {
            for (int context = 0; context < 3; context++) {
                for (int data = 0; data < 4; data++) {
                    for (int stage = 0; stage < 5; stage++) {
                        ranks.add(placement.rank(tensor, context, data, stage));
                    }
                }
            }
        }
        assertEquals(120, ranks.size());
        assertEquals(1, placement.rank(0, 0, 0, 1), "stages are neighbours");
        assertEquals(119, placement.rank(1, 2, 3, 4));
        assertEquals(14, placement.host(119));
        assertEquals(15, placement.hosts());
        refused("hosts are given for 3 ranks, the job has 120", () -> new Placement(parallelism, order, new int[3]));
        refused("does not divide ranks=120", () -> Placement.packed(parallelism, order, 7));
        refused(
                "once",
                () -> Placement.packed(
                        parallelism,
                        List.of(Dimension.PIPELINE, Dimension.DATA, Dimension.TENSOR, Dimension.TENSOR),
                        8));
    }
}
