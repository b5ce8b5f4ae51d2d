package io.heliograph.collectives.planning.timeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Compute;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.RandomJobs;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.LeafSpine;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import io.heliograph.collectives.planning.steps.JobStep;
import io.heliograph.transport.rate.RateTable;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long LINE = 100_000_000_000L;
    private static final int RUNS = 40;
    /** On the line, of a megabyte in full packets. */
    private static final long MEGABYTE_NS = 83_886_080L * 4214 / 4096 / 1000;

    private static JobStep message(int from, int to, int... after) {
        return new JobStep(from, to, 1 << 20, 0, 0, after, "");
    }

    @Test
    void shouldSendFirstWhatTheLongestChainWaitsFor() {
        LeafSpine fabric = new LeafSpine(1, 4, 1, LINE, LINE);
        List<JobStep> steps = List.of(
                message(0, 1), message(0, 2), new JobStep(2, 2, 0, 1_000_000, 0, new int[] {1}, ""), message(3, 1));
        Timeline.Plan plan = Timeline.of(steps, fabric, Margins.headroom(0));
        List<TimedSlot> slots = plan.schedule().slots();
        // Host 2 computes for a millisecond behind its message; those to host 1 have no haste, and one of them has a
        // line of its own at first.
        assertEquals(
                Map.of(new Flow(0, 2), LINE, new Flow(3, 1), LINE),
                slots.getFirst().rates());
        assertEquals((double) MEGABYTE_NS, (double) slots.getFirst().durationNs(), 2);
        assertEquals(Map.of(new Flow(0, 1), LINE), slots.get(1).rates());
        assertEquals(
                (double) (MEGABYTE_NS + 1_000_000), (double) plan.schedule().periodNs(), 4);
        assertEquals((double) MEGABYTE_NS, (double) plan.steps().get(2).slotNs(), 2);
        // Nobody could be faster: the chain through host 2 is all of it.
        assertEquals((double) (MEGABYTE_NS + 1_000_000), (double) plan.chainNs(), 4);
    }

    @Test
    void shouldShareALinkAmongThoseWhoHaveTheSameHaste() {
        LeafSpine fabric = new LeafSpine(1, 4, 1, LINE, LINE);
        List<JobStep> steps = List.of(message(0, 1), message(2, 1), message(0, 1));
        Timeline.Plan plan = Timeline.of(steps, fabric, Margins.headroom(0));
        assertEquals(
                Map.of(new Flow(0, 1), LINE / 2, new Flow(2, 1), LINE / 2),
                plan.schedule().slots().getFirst().rates());
        assertEquals((double) (3 * MEGABYTE_NS), (double) plan.schedule().periodNs(), 6);
    }

    /** Jobs of every kind: no link is asked for more than it carries, all bytes are sent, and no step begins before what it waits for is over. */
    @Test
    void shouldOversubscribeNoLinkAndSendAll() {
        int planned = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job drawn = RandomJobs.next(random);
            Job computing = new Job(
                    drawn.name(),
                    drawn.model(),
                    drawn.parallelism(),
                    drawn.training(),
                    new Compute(20_000, 40_000, 10_000),
                    drawn.placement());
            Job job = random.nextBoolean() ? computing : RandomJobs.withOverlap(computing);
            int hosts = job.placement().hosts();
            if (job.parallelism().ranks() == 1 || hosts == 1) {
                continue;
            }
            LeafSpine fabric = new LeafSpine(
                    Math.ceilDiv(hosts, 4), 4, 1 + random.nextInt(4), LINE, (10 + random.nextInt(90)) * 1_000_000_000L);
            Timeline.Plan plan = Timeline.of(job, fabric, Margins.headroom(0.02));
            if (!plan.schedule().note().isEmpty()) {
                continue;
            }
            planned++;
            assertTrue(plan.chainNs() > 0 && plan.chainNs() <= plan.schedule().periodNs(), "seed " + seed);
            RateTable table = plan.schedule().table(Late.WAIT, LINE, LeafSpine::address);
            assertTrue(LinkCheck.fullest(table, fabric, LeafSpine::address) <= 0.98 * (1 + 1e-9), "seed " + seed);
            RateTable written = plan.schedule().table(Late.SPARE, LINE, LeafSpine::address);
            assertTrue(LinkCheck.fullest(written, fabric, LeafSpine::address) <= 0.98 * (1 + 1e-9), "seed " + seed);
            double[] load = new double[hosts];
            for (TimedSlot slot : plan.schedule().slots()) {
                for (int host = 0; host < hosts; host++) {
                    // The link of a host has its number.
                    load[host] += slot.loadBytes().getOrDefault(host, 0.0);
                }
            }
            for (JobStep step : plan.steps()) {
                load[step.from()] -= step.bytes() * 4214.0 / 4096;
                for (int before : step.after()) {
                    JobStep earlier = plan.steps().get(before);
                    assertTrue(step.slotNs() >= earlier.slotNs() + earlier.delayNs(), "seed " + seed + " " + step);
                }
            }
            for (int host = 0; host < hosts; host++) {
                assertEquals(0, load[host], 1 + 1e-6 * plan.schedule().periodNs(), "seed " + seed + " host " + host);
            }
        }
        assertTrue(planned > RUNS / 3, "planned " + planned);
    }
}
