package io.heliograph.collectives.planning.workload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.Parallelism;
import io.heliograph.collectives.planning.job.Placement;
import io.heliograph.collectives.planning.job.RandomJobs;
import io.heliograph.collectives.planning.rates.Membership;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GroupLayoutTest {
    private static final int RUNS = 200;

    /** Without a pipeline the groups are those of a job file with the same degrees. */
    @Test
    void shouldMakeTheGroupsOfJobs() {
        int compared = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Job drawn = RandomJobs.next(new Random(seed));
            Parallelism degrees = drawn.parallelism();
            if (degrees.pipeline() > 1) {
                continue;
            }
            compared++;
            Membership membership = new Membership(new Job(
                    drawn.name(),
                    drawn.model(),
                    degrees,
                    drawn.training(),
                    drawn.compute(),
                    Placement.packed(degrees, Placement.MEGATRON, 1)));
            GroupLayout layout = new GroupLayout(degrees.ranks(), degrees.tensor(), degrees.expert());
            for (String name : new String[] {"tp", "dp", "ep", "ep-dp", "ep-tp", "all"}) {
                for (int[] group : membership.ranks(name, 0)) {
                    for (int rank : group) {
                        assertArrayEquals(group, layout.of(name, rank), "seed " + seed + " " + name);
                    }
                }
            }
        }
        assertTrue(compared > RUNS / 5, "compared " + compared);
    }

    @Test
    void shouldRefuseGroupsThatDoNotDivide() {
        assertThrows(IllegalArgumentException.class, () -> new GroupLayout(12, 8, 1));
        assertThrows(IllegalArgumentException.class, () -> new GroupLayout(16, 4, 3));
        assertThrows(IllegalArgumentException.class, () -> new GroupLayout(16, 4, 2).of("pp", 0));
    }
}
