package io.heliograph.collectives.planning.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Compute;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.RandomJobs;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.transport.rate.RateTable;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearPlanTest {
    private static final long GIGABIT = 1_000_000_000;
    private static final int RUNS = 40;

    private static LeafSpine fabric(Job job, Random random) {
        int hostsPerLeaf = 1 + random.nextInt(8);
        return new LeafSpine(
                Math.ceilDiv(job.placement().hosts(), hostsPerLeaf),
                hostsPerLeaf,
                1 + random.nextInt(4),
                100 * GIGABIT,
                (10 + random.nextInt(90)) * GIGABIT);
    }

    /** Jobs that compute as long as they send, about. */
    private static Job random(Random random) {
        Job job = RandomJobs.next(random);
        Job computing = new Job(
                job.name(),
                job.model(),
                job.parallelism(),
                job.training(),
                random.nextInt(4) == 0 ? Compute.NONE : new Compute(20_000, 40_000, 10_000),
                job.placement());
        return random.nextBoolean() ? computing : RandomJobs.withOverlap(computing);
    }

    private static boolean overlaps(Job job) {
        boolean[] any = {false};
        new Iteration(job).forEachOfPasses(0, message -> any[0] |= message.overlap() == Message.Overlap.COMPUTATION);
        return any[0] && job.parallelism().pipeline() == 1;
    }

    @Test
    void shouldTakeNoLongerThanMaxMinAndOversubscribeNoLink() {
        int shorter = 0;
        int equal = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job job = random(random);
            LeafSpine fabric = fabric(job, random);
            if (job.parallelism().ranks() == 1 || job.placement().hosts() == 1) {
                continue;
            }
            RateSchedule fair = RateSchedule.of(job, fabric, Margins.headroom(0.02));
            RateSchedule least = RateSchedule.ofLeastTime(job, fabric, Margins.headroom(0.02));
            assertEquals(
                    job.parallelism().pipeline() > 1, least.note().contains("one slot"), "seed " + seed + least.note());
            RateTable table = least.table(Late.WAIT, 100 * GIGABIT, LeafSpine::address);
            assertTrue(LinkCheck.fullest(table, fabric, LeafSpine::address) <= 0.98 * (1 + 1e-9), "seed " + seed);
            // Each part is rounded up to a nanosecond.
            double roundedNs = (double) least.slots().size() + fair.slots().size();
            assertTrue(
                    least.periodNs() <= fair.periodNs() + roundedNs,
                    "seed " + seed + ": " + least.periodNs() + " > " + fair.periodNs());
            if (least.periodNs() < 0.99 * fair.periodNs()) {
                shorter++;
            }
            if (!overlaps(job)) {
                equal++;
                assertEquals(
                        (double) fair.periodNs(),
                        (double) least.periodNs(),
                        roundedNs,
                        "nothing overlaps, seed " + seed);
            }
            for (int link = 0; link < fabric.links(); link++) {
                // The same bytes, in less time.
                assertEquals(
                        fair.utilisation(link) * fair.periodNs(),
                        least.utilisation(link) * least.periodNs(),
                        1e-4 * fair.periodNs(),
                        "seed " + seed);
            }
        }
        assertTrue(shorter > 3 && equal > 3, "shorter " + shorter + " equal " + equal);
    }

    /** A rate, as long as its part lasts, is enough for what is sent in it. */
    @Test
    void shouldGiveTimeForAllBytes() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job job = random(random);
            LeafSpine fabric = fabric(job, random);
            if (job.parallelism().ranks() == 1 || job.placement().hosts() == 1) {
                continue;
            }
            double[] carried = new double[job.placement().hosts()];
            double[] load = new double[carried.length];
            for (TimedSlot slot : RateSchedule.ofLeastTime(job, fabric, Margins.headroom(0.02))
                    .slots()) {
                slot.rates().forEach((flow, rate) -> carried[flow.from()] += rate / 8e9 * slot.durationNs());
                for (int host = 0; host < load.length; host++) {
                    load[host] += slot.loadBytes().getOrDefault(host, 0.0);
                }
            }
            for (int host = 0; host < load.length; host++) {
                assertTrue(
                        carried[host] >= load[host] * (1 - 1e-5),
                        "seed " + seed + " host " + host + ": " + carried[host] + " < " + load[host]);
            }
        }
    }
}
