package io.heliograph.collectives.planning.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.RandomJobs;
import io.heliograph.collectives.planning.rates.LeafSpine;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobStepsTest {
    private static final long LINE = 100_000_000_000L;
    private static final int RUNS = 60;
    /** Of payload with the headers of full packets. */
    private static final double WIRE = 4214.0 / 4096;

    private static RateSchedule schedule(Job job) {
        int hosts = job.placement().hosts();
        return RateSchedule.of(job, new LeafSpine(Math.ceilDiv(hosts, 4), 4, 4, LINE, LINE), Margins.headroom(0));
    }

    private static Job random(int seed) {
        Random random = new Random(seed);
        Job job = RandomJobs.next(random);
        return random.nextBoolean() ? job : RandomJobs.withOverlap(job);
    }

    private static boolean sends(Job job) {
        return job.parallelism().ranks() > 1 && job.placement().hosts() > 1;
    }

    /** When each step ends if messages take no time. */
    private static long[] endsNs(List<JobStep> steps) {
        long[] ends = new long[steps.size()];
        for (int number = 0; number < ends.length; number++) {
            JobStep step = steps.get(number);
            long ns = 0;
            for (int before : step.after()) {
                assertTrue(before < number, "an earlier one");
                assertEquals(step.from(), steps.get(before).to(), "ends where the other begins");
                ns = Math.max(ns, ends[before]);
            }
            ends[number] = ns + step.delayNs();
        }
        return ends;
    }

    @Test
    void shouldSendWhatThePlanForesees() {
        for (int seed = 0; seed < RUNS; seed++) {
            Job job = random(seed);
            if (!sends(job)) {
                continue;
            }
            RateSchedule schedule = schedule(job);
            List<JobStep> steps = JobSteps.of(job, schedule);
            double[] sent = new double[job.placement().hosts()];
            long[] count = new long[sent.length];
            for (JobStep step : steps) {
                assertEquals(step.from() == step.to(), step.bytes() == 0, "seed " + seed);
                sent[step.from()] += step.bytes();
                count[step.from()] += step.bytes() > 0 ? 1 : 0;
            }
            for (int host = 0; host < sent.length; host++) {
                double planned = 0;
                for (TimedSlot slot : schedule.slots()) {
                    // The link of a host has its number.
                    planned += slot.loadBytes().getOrDefault(host, 0.0) / WIRE;
                }
                // Messages are rounded up to whole bytes.
                assertTrue(
                        sent[host] >= planned - 1e-6 * planned - 1e-6 && sent[host] <= planned + count[host] + 1e-6,
                        "host " + host + " sends " + sent[host] + ", planned " + planned + ", seed " + seed);
            }
        }
    }

    /** Without a network an iteration takes what its ranks compute: a pipeline fills and empties, all others compute all the time. */
    @Test
    void shouldComputeAsLongAsTheJobSays() {
        for (int seed = 0; seed < RUNS; seed++) {
            Job job = random(seed);
            if (!sends(job)) {
                continue;
            }
            long lastNs = 0;
            for (long each : endsNs(JobSteps.of(job, schedule(job)))) {
                lastNs = Math.max(lastNs, each);
            }
            int stages = job.parallelism().pipeline();
            long passNs = job.compute().forwardNs() + job.compute().backwardNs();
            long wholeNs = (job.training().microBatches() + stages - 1) * passNs
                    + job.compute().stepNs();
            if (stages == 1) {
                assertEquals(wholeNs, lastNs, "seed " + seed);
            } else {
                assertTrue(
                        lastNs <= wholeNs && lastNs >= wholeNs - 2L * (stages - 1) * passNs,
                        "seed " + seed + ": " + lastNs + " of " + wholeNs + " " + job.parallelism() + job.training());
            }
        }
    }

    @Test
    void shouldWriteALineForEachStep() throws IOException {
        StringWriter text = new StringWriter();
        StepFile.write(
                List.of(
                        new JobStep(0, 0, 0, 500, 0, new int[0], ""),
                        new JobStep(0, 1, 4096, 0, 700, new int[] {0}, "ep"),
                        new JobStep(1, 1, 0, 5, 700, new int[] {1}, "")),
                text);
        assertEquals("""
                step,source,destination,bytes,delay_ns,slot_ns,after,group
                0,h0,h0,0,500,0,,
                1,h0,h1,4096,0,700,0,ep
                2,h1,h1,0,5,700,1,
                """, text.toString());
    }
}
