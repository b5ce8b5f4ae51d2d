package io.heliograph.collectives.planning.rates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.RandomJobs;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import io.heliograph.collectives.planning.traffic.Operation;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.RateTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RateScheduleTest {
    private static final long GIGABIT = 1_000_000_000;
    private static final int RUNS = 60;

    @Test
    void shouldShareABottleneckByBytesAndGiveOthersTheRest() {
        // Two hosts at each of two leaves; one spine of half the rate.
        LeafSpine fabric = new LeafSpine(2, 2, 1, 100 * GIGABIT, 50 * GIGABIT);
        Map<Flow, Double> bytes = new LinkedHashMap<>();
        bytes.put(new Flow(0, 2), 3.0);
        bytes.put(new Flow(1, 3), 1.0);
        bytes.put(new Flow(0, 1), 1.0);
        Map<Flow, Long> rates = new FairRates(fabric, 0).of(bytes);
        assertEquals(37.5, rates.getOrDefault(new Flow(0, 2), 0L) / 1e9, 1e-6);
        assertEquals(12.5, rates.getOrDefault(new Flow(1, 3), 0L) / 1e9, 1e-6);
        assertEquals(62.5, rates.getOrDefault(new Flow(0, 1), 0L) / 1e9, 1e-6);
    }

    @Test
    void shouldSendWhatGroupsSend() {
        Map<Flow, Double> ring = new LinkedHashMap<>();
        GroupFlows.add(Operation.ALL_REDUCE, new int[] {4, 5, 6, 7}, 400, ring);
        assertEquals(
                Map.of(new Flow(4, 5), 600.0, new Flow(5, 6), 600.0, new Flow(6, 7), 600.0, new Flow(7, 4), 600.0),
                ring);
        Map<Flow, Double> all = new LinkedHashMap<>();
        GroupFlows.add(Operation.ALL_TO_ALL, new int[] {0, 0, 1, 1}, 400, all);
        assertEquals(Map.of(new Flow(0, 1), 400.0, new Flow(1, 0), 400.0), all, "two ranks a host");
    }

    /** Jobs of every kind over fabrics that are short of links: no link is ever asked for more than it carries. */
    @Test
    void shouldOversubscribeNoLinkAtAnyTime() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job job = RandomJobs.next(random);
            int hosts = job.placement().hosts();
            int hostsPerLeaf = 1 + random.nextInt(8);
            LeafSpine fabric = new LeafSpine(
                    Math.ceilDiv(hosts, hostsPerLeaf),
                    hostsPerLeaf,
                    1 + random.nextInt(4),
                    100 * GIGABIT,
                    (10 + random.nextInt(90)) * GIGABIT);
            if (job.parallelism().ranks() == 1 || hosts == 1) {
                continue;
            }
            RateSchedule schedule = RateSchedule.of(job, fabric, Margins.headroom(0));
            RateTable table = schedule.table(Late.WAIT, 100 * GIGABIT, LeafSpine::address);
            assertTrue(LinkCheck.isKept(table, fabric, LeafSpine::address), "seed " + seed);
            assertTrue(LinkCheck.fullest(table, fabric, LeafSpine::address) > 0.999, "seed " + seed);
            long endNs = 0;
            for (TimedSlot slot : schedule.slots()) {
                assertEquals(endNs, slot.startNs(), "seed " + seed);
                endNs += slot.durationNs();
            }
            assertEquals(schedule.periodNs(), endNs, "seed " + seed);
            for (int link = 0; link < fabric.links(); link++) {
                assertTrue(schedule.utilisation(link) <= 1 + 1e-9, "seed " + seed);
            }
            // The same table on a slower fabric is too much, and the check says so.
            LeafSpine slower =
                    new LeafSpine(Math.ceilDiv(hosts, hostsPerLeaf), hostsPerLeaf, 1, 99 * GIGABIT, 9 * GIGABIT);
            assertFalse(LinkCheck.isKept(table, slower, LeafSpine::address), "seed " + seed);
        }
    }

    /** What is late goes on at the rate that the flow had last, and never waits: in slots nothing changes. */
    @Test
    void shouldKeepTheRateOfTheLastSlot() {
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job job = RandomJobs.next(random);
            int hosts = job.placement().hosts();
            if (job.parallelism().ranks() == 1 || hosts == 1) {
                continue;
            }
            LeafSpine fabric = new LeafSpine(Math.ceilDiv(hosts, 4), 4, 2, 100 * GIGABIT, 50 * GIGABIT);
            RateSchedule schedule = RateSchedule.of(job, fabric, Margins.headroom(0));
            RateTable waits = schedule.table(Late.WAIT, 100 * GIGABIT, LeafSpine::address);
            RateTable keeps = schedule.table(Late.KEEP, 100 * GIGABIT, LeafSpine::address);
            assertEquals(waits.flows(), keeps.flows());
            for (FlowKey flow : waits.flows()) {
                FlowSchedule of = waits.schedule(flow);
                long trickle = Math.max(1, of.peakRate() / 20);
                long last = 0;
                for (int phase = 0; phase < of.phases(); phase++) {
                    last = of.rate(phase) >= trickle ? of.rate(phase) : last;
                }
                for (int phase = 0; phase < of.phases(); phase++) {
                    last = of.rate(phase) >= trickle ? of.rate(phase) : last;
                    assertEquals(last, keeps.schedule(flow).rateAt(of.startNs(phase)), "seed " + seed + " " + flow);
                }
            }
        }
    }

    /** Late ones have what slots leave: nobody is fuller for it than by slots alone, slots have what they had, and there is something to have. */
    @Test
    void shouldGiveLateOnesWhatSlotsLeaveAndNoMore() {
        int given = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Job job = RandomJobs.withOverlap(RandomJobs.next(random));
            int hosts = job.placement().hosts();
            if (job.parallelism().ranks() == 1 || hosts == 1) {
                continue;
            }
            LeafSpine fabric = new LeafSpine(
                    Math.ceilDiv(hosts, 4),
                    4,
                    1 + random.nextInt(3),
                    100 * GIGABIT,
                    (20 + random.nextInt(80)) * GIGABIT);
            RateSchedule schedule = random.nextBoolean()
                    ? RateSchedule.of(job, fabric, Margins.headroom(0.02))
                    : RateSchedule.ofLeastTime(job, fabric, Margins.headroom(0.02));
            RateTable waits = schedule.table(Late.WAIT, 100 * GIGABIT, LeafSpine::address);
            RateTable spares = schedule.table(Late.SPARE, 100 * GIGABIT, LeafSpine::address);
            assertEquals(
                    LinkCheck.fullest(waits, fabric, LeafSpine::address),
                    LinkCheck.fullest(spares, fabric, LeafSpine::address),
                    1e-6,
                    "seed " + seed);
            assertEquals(waits.flows(), spares.flows());
            for (FlowKey flow : waits.flows()) {
                FlowSchedule planned = waits.schedule(flow);
                FlowSchedule spare = spares.schedule(flow);
                long trickle = Math.max(1, planned.peakRate() / 20);
                for (int phase = 0; phase < planned.phases(); phase++) {
                    if (planned.rate(phase) >= trickle) {
                        assertEquals(planned.rate(phase), spare.rateAt(planned.startNs(phase)), "seed " + seed);
                    }
                }
                for (int phase = 0; phase < spare.phases(); phase++) {
                    long rate = spare.rate(phase);
                    assertTrue(rate == 0 || rate >= trickle && rate <= planned.peakRate(), "seed " + seed);
                    given += rate > 0 && planned.rateAt(spare.startNs(phase)) == 0 ? 1 : 0;
                }
            }
        }
        assertTrue(given > RUNS, "phases in which late ones have something: " + given);
    }

    /** Two flows over one link of 50 Gb/s: what is late of the first has nothing while the second has the link, and all of it when nobody has. */
    @Test
    void shouldLeaveAFullLinkToItsSlot() {
        LeafSpine fabric = new LeafSpine(2, 2, 1, 100 * GIGABIT, 50 * GIGABIT);
        Flow first = new Flow(0, 2);
        Flow second = new Flow(1, 3);
        Flow local = new Flow(0, 1);
        RateSchedule schedule = RateSchedule.ofParts(
                fabric,
                List.of(
                        new TimedSlot("first", 0, 0, 10, Map.of(first, 50 * GIGABIT), Map.of()),
                        new TimedSlot("second", 10, 0, 10, Map.of(second, 30 * GIGABIT), Map.of()),
                        new TimedSlot("local", 20, 0, 10, Map.of(local, 90 * GIGABIT), Map.of()),
                        new TimedSlot("nobody", 30, 10, 0, Map.of(), Map.of())),
                Map.of());
        RateTable table = schedule.table(Late.SPARE, 100 * GIGABIT, LeafSpine::address);
        assertEquals(List.of(50L, 20L, 10L, 31L), gigabits(table, first));
        assertEquals(List.of(0L, 30L, 30L, 19L), gigabits(table, second));
        assertTrue(LinkCheck.isKept(table, fabric, LeafSpine::address));
        RateTable keeps = schedule.table(Late.KEEP, 100 * GIGABIT, LeafSpine::address);
        assertEquals(1.6, LinkCheck.fullest(keeps, fabric, LeafSpine::address), 1e-9);
    }

    /** While ranks compute in front of a slot's first message nobody of it sends: links are there for what is late. */
    @Test
    void shouldLeaveLinksToLateOnesWhileRanksCompute() {
        int looked = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Job job = RandomJobs.next(new Random(seed));
            int hosts = job.placement().hosts();
            if (job.parallelism().pipeline() > 1 || hosts == 1 || job.compute().forwardNs() == 0) {
                continue;
            }
            looked++;
            LeafSpine fabric = new LeafSpine(Math.ceilDiv(hosts, 4), 4, 2, 100 * GIGABIT, 50 * GIGABIT);
            RateSchedule schedule = RateSchedule.of(job, fabric, Margins.headroom(0.02));
            assertEquals(Map.of(), schedule.slots().getFirst().rates(), "seed " + seed);
            RateTable spares = schedule.table(Late.SPARE, 100 * GIGABIT, LeafSpine::address);
            // Where too many share a link each would have a trickle.
            long given = spares.flows().stream()
                    .filter(flow -> spares.schedule(flow).rateAt(0) > 0)
                    .count();
            assertTrue(2 * given > spares.flows().size(), "seed " + seed + " given " + given);
        }
        assertTrue(looked > 3, "looked " + looked);
    }

    /** In each of four slots of 10 ns. */
    private static List<Long> gigabits(RateTable table, Flow flow) {
        FlowSchedule of = table.schedule(new FlowKey(LeafSpine.address(flow.from()), LeafSpine.address(flow.to()), 0));
        return List.of(0L, 10L, 20L, 30L).stream()
                .map(ns -> Math.floorDiv(of.rateAt(ns) + GIGABIT / 2, GIGABIT))
                .toList();
    }

    @Test
    void shouldLeaveHeadroom() {
        LeafSpine fabric = new LeafSpine(2, 2, 1, 100 * GIGABIT, 50 * GIGABIT);
        Map<Flow, Double> bytes = Map.of(new Flow(0, 2), 1.0);
        assertEquals(
                List.of(40 * GIGABIT),
                List.copyOf(new FairRates(fabric, 0.2).of(bytes).values()));
    }

    @Test
    void shouldRefuseAFabricThatIsTooSmall() {
        Random random = new Random(3);
        Job job = RandomJobs.next(random);
        while (job.placement().hosts() < 3) {
            job = RandomJobs.next(random);
        }
        Job large = job;
        LeafSpine fabric = new LeafSpine(1, 2, 1, GIGABIT, GIGABIT);
        assertThrows(IllegalArgumentException.class, () -> RateSchedule.of(large, fabric, Margins.headroom(0)));
    }
}
