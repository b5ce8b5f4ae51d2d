package io.heliograph.collectives.planning.rates;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.Placement;
import io.heliograph.collectives.planning.job.RandomJobs;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {
    /** Rank r at host r, so that hosts are ranks. */
    private static Job random(int seed) {
        Job job = RandomJobs.next(new Random(seed));
        Placement packed = Placement.packed(job.parallelism(), Placement.MEGATRON, 1);
        return new Job(job.name(), job.model(), job.parallelism(), job.training(), job.compute(), packed);
    }

    @Test
    void shouldPutEachRankIntoOneGroupOfAKind() {
        for (int seed = 0; seed < 40; seed++) {
            Job job = random(seed);
            Membership membership = new Membership(job);
            for (String name : List.of("tp", "cp", "dp", "ep", "ep-dp", "ep-tp")) {
                Set<Integer> ranks = new HashSet<>();
                for (int stage = 0; stage < job.parallelism().pipeline(); stage++) {
                    for (int[] group : membership.groups(name, stage)) {
                        for (int rank : group) {
                            assertTrue(ranks.add(rank), "seed " + seed + " " + name);
                        }
                    }
                }
                assertEquals(job.parallelism().ranks(), ranks.size(), "seed " + seed + " " + name);
            }
            assertEquals(1, membership.groups("all", 0).size());
        }
    }

    @Test
    void shouldNumberAsMegatronDoes() {
        Job job = random(0);
        for (int seed = 1; job.parallelism().tensor() < 2 || job.parallelism().pipeline() < 2; seed++) {
            job = random(seed);
        }
        int tensor = job.parallelism().tensor();
        int ofAStage = job.parallelism().ranks() / job.parallelism().pipeline();
        Membership membership = new Membership(job);
        int[] first = membership.groups("tp", 1).getFirst();
        int[] expected = new int[tensor];
        for (int i = 0; i < tensor; i++) {
            expected[i] = ofAStage + i;
        }
        assertArrayEquals(expected, first);
        assertArrayEquals(
                new int[] {0, job.parallelism().ranks() - ofAStage},
                membership.groups("embedding", 0).getFirst());
    }
}
