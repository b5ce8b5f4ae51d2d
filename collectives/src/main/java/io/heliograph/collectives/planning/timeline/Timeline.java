package io.heliograph.collectives.planning.timeline;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.FairRates;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.rates.RateSchedule.TimedSlot;
import io.heliograph.collectives.planning.rates.Wire;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.steps.JobStep;
import io.heliograph.collectives.planning.steps.JobSteps;
import io.heliograph.collectives.planning.steps.RecordedSteps;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * Follows an iteration in time, as if messages were fluids: whatever is under way at a moment shares the links, and what has the longest chain of messages and computations behind it comes first (list scheduling by critical path: Kelley and Walker 1959; Graham 1966). Messages with chains of the same length share links max-min fairly,
 * the others have what those leave. Each change of rates begins a slot of the schedule.
 *
 * <p>So a pipeline's hosts have a line for themselves when nobody else uses it, and gradients what activations leave. Messages of a pair of hosts follow each other.
 */
public final class Timeline {
    /** Slower flows wait. */
    private static final long LEAST_RATE = 1_000_000;
    /** Bytes below which a message is sent. */
    private static final double NOTHING = 1e-6;

    private final StepGraph graph;
    private final FabricRoutes fabric;
    private final FairRates fair;
    private final double stretch;
    private final long[] beginsNs;
    private final int[] waitsFor;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            Comparator.comparingLong(Event::atNs).thenComparingInt(Event::step).thenComparing(Event::begins));
    private final Map<Flow, Queue> active = new LinkedHashMap<>();
    private final List<TimedSlot> slots = new ArrayList<>();
    private Map<Flow, Long> rates = Map.of();
    private long nowNs;
    private boolean changed;

    /** A step begins to send, or is over. */
    private record Event(long atNs, int step, boolean begins) {}

    /** What a host sends to another. */
    private static final class Queue {
        final ArrayDeque<Integer> steps = new ArrayDeque<>();
        double leftBytes;
        long endNs = Long.MAX_VALUE;
    }

    /**
     * An iteration with its rates.
     *
     * @param schedule a slot from each change of rates to the next
     * @param steps of the iteration, each with the moment at which it begins
     * @param chainNs the longest chain of messages and computations if no message were in another's way, without headroom and slack: no iteration is shorter
     */
    public record Plan(RateSchedule schedule, List<JobStep> steps, long chainNs) {}

    private Timeline(StepGraph graph, FabricRoutes fabric, Margins margins) {
        this.graph = graph;
        this.fabric = fabric;
        fair = new FairRates(fabric, margins.headroom());
        stretch = 1 + margins.slack();
        beginsNs = new long[graph.count()];
        waitsFor = new int[graph.count()];
    }

    /**
     * Follows a job through an iteration. If a flow's rate changes more often than a table can say, rates are max-min fair by slots, and the schedule's note says so.
     *
     * @param margins what is not used: messages take longer by the slack than they are to
     * @throws IllegalArgumentException as {@link RateSchedule#of} and {@link JobSteps#of}
     */
    public static Plan of(Job job, FabricRoutes fabric, Margins margins) {
        RateSchedule slots = RateSchedule.of(job, fabric, margins);
        return ofSteps(JobSteps.of(job, slots), slots, fabric, margins);
    }

    /** The same of what was recorded, with the errors of {@link RecordedSteps#of}. */
    public static Plan of(RecordedJob job, FabricRoutes fabric, Margins margins) {
        if (job.isInStep()) {
            RateSchedule slots = RateSchedule.of(job, fabric, margins);
            return ofSteps(RecordedSteps.of(job, slots::passNs), slots, fabric, margins);
        }
        // First, as ranks may contradict each other.
        List<JobStep> steps = RecordedSteps.of(job, RecordedSteps.Slots.NONE);
        return ofSteps(steps, RateSchedule.of(job, fabric, margins), fabric, margins);
    }

    private static Plan ofSteps(List<JobStep> steps, RateSchedule slots, FabricRoutes fabric, Margins margins) {
        Plan plan = of(steps, fabric, margins);
        int phases = plan.schedule().mostPhases();
        if (phases > RateTable.MAX_PHASES) {
            return new Plan(
                    slots.withNote("a flow would have " + phases + " phases, a table has room for "
                            + RateTable.MAX_PHASES + ": max-min fair rates by slots in place of those of a timeline"),
                    steps,
                    plan.chainNs());
        }
        return plan;
    }

    /** The same of steps, however often rates change. */
    static Plan of(List<JobStep> steps, FabricRoutes fabric, Margins margins) {
        Timeline timeline = new Timeline(new StepGraph(steps, fabric), fabric, margins);
        timeline.run();
        return new Plan(
                RateSchedule.ofParts(fabric, timeline.slots, payload(steps)),
                timeline.timed(),
                timeline.graph.longestNs());
    }

    private static Map<Flow, Double> payload(List<JobStep> steps) {
        Map<Flow, Double> payload = new LinkedHashMap<>();
        for (JobStep step : steps) {
            if (step.bytes() > 0) {
                payload.merge(new Flow(step.from(), step.to()), (double) step.bytes(), Double::sum);
            }
        }
        return payload;
    }

    private List<JobStep> timed() {
        List<JobStep> timed = new ArrayList<>(graph.count());
        for (int number = 0; number < graph.count(); number++) {
            JobStep step = graph.step(number);
            timed.add(new JobStep(
                    step.from(),
                    step.to(),
                    step.bytes(),
                    step.delayNs(),
                    beginsNs[number],
                    step.after(),
                    step.group()));
        }
        return timed;
    }

    private void run() {
        for (int number = 0; number < waitsFor.length; number++) {
            waitsFor[number] = graph.step(number).after().length;
            if (waitsFor[number] == 0) {
                ready(number);
            }
        }
        while (!events.isEmpty() || !active.isEmpty()) {
            long nextNs = firstEventNs();
            for (Queue queue : active.values()) {
                nextNs = Math.min(nextNs, queue.endNs);
            }
            if (nextNs == Long.MAX_VALUE) {
                throw new IllegalStateException("nothing gets on at " + nowNs + " ns: flows=" + active.keySet());
            }
            goTo(nextNs);
            finishMessages();
            while (firstEventNs() == nowNs) {
                Event event = events.remove();
                if (event.begins()) {
                    send(event.step());
                } else {
                    ended(event.step());
                }
            }
            if (changed) {
                share();
            }
        }
    }

    private long firstEventNs() {
        Event first = events.peek();
        return first == null ? Long.MAX_VALUE : first.atNs();
    }

    private void ready(int number) {
        JobStep step = graph.step(number);
        beginsNs[number] = nowNs;
        events.add(new Event(nowNs + step.delayNs(), number, step.bytes() > 0));
    }

    private void ended(int number) {
        for (int place = graph.firstNext(number); place < graph.firstNext(number + 1); place++) {
            int next = graph.next(place);
            if (--waitsFor[next] == 0) {
                ready(next);
            }
        }
    }

    private void send(int number) {
        JobStep step = graph.step(number);
        Queue queue = active.computeIfAbsent(new Flow(step.from(), step.to()), flow -> new Queue());
        queue.steps.add(number);
        if (queue.steps.size() == 1) {
            queue.leftBytes = wireBytes(number);
        }
        changed = true;
    }

    private double wireBytes(int number) {
        return Wire.bytes((double) graph.step(number).bytes()) * stretch;
    }

    private void finishMessages() {
        active.values().removeIf(queue -> {
            if (queue.leftBytes > NOTHING) {
                return false;
            }
            changed = true;
            int number = queue.steps.remove();
            events.add(new Event(nowNs + graph.latencyNs(number), number, false));
            if (!queue.steps.isEmpty()) {
                queue.leftBytes = wireBytes(queue.steps.getFirst());
            }
            return queue.steps.isEmpty();
        });
    }

    /** Time goes on; what was sent meanwhile becomes a slot. */
    private void goTo(long toNs) {
        long ns = toNs - nowNs;
        if (ns > 0) {
            Map<Integer, Double> load = new TreeMap<>();
            active.forEach((flow, queue) -> {
                double bytes = Math.min(queue.leftBytes, rates.getOrDefault(flow, 0L) / 8e9 * ns);
                queue.leftBytes = queue.endNs <= toNs ? 0 : queue.leftBytes - bytes;
                FabricRoutes.Route route = fabric.route(flow);
                for (int i = 0; bytes > 0 && i < route.links().length; i++) {
                    load.merge(route.links()[i], bytes / stretch * route.parts()[i], Double::sum);
                }
            });
            addSlot(ns, load);
        }
        nowNs = toNs;
    }

    private void addSlot(long ns, Map<Integer, Double> load) {
        boolean sends = !rates.isEmpty();
        if (!slots.isEmpty() && slots.getLast().rates().equals(rates)) {
            TimedSlot last = slots.removeLast();
            last.loadBytes().forEach((link, bytes) -> load.merge(link, bytes, Double::sum));
            slots.add(new TimedSlot(
                    last.label(),
                    last.startNs(),
                    sends ? 0 : last.computeNs() + ns,
                    sends ? last.sendNs() + ns : 0,
                    rates,
                    load));
        } else {
            slots.add(new TimedSlot(
                    sends ? "messages" : "computation", nowNs, sends ? 0 : ns, sends ? ns : 0, rates, load));
        }
    }

    /** New rates for what is under way. */
    private void share() {
        changed = false;
        Map<Long, Map<Flow, Double>> byUrgency = new TreeMap<>(Comparator.reverseOrder());
        active.forEach((flow, queue) -> byUrgency
                .computeIfAbsent(urgency(queue), key -> new LinkedHashMap<>())
                .put(flow, queue.leftBytes));
        double[] free = fair.free();
        Map<Flow, Long> shared = new LinkedHashMap<>();
        for (Map<Flow, Double> each : byUrgency.values()) {
            fair.of(each, free).forEach((flow, rate) -> {
                if (rate >= LEAST_RATE) {
                    shared.put(flow, rate);
                }
            });
        }
        active.forEach((flow, queue) -> {
            long rate = shared.getOrDefault(flow, 0L);
            queue.endNs = rate == 0 ? Long.MAX_VALUE : nowNs + (long) Math.ceil(queue.leftBytes * 8e9 / rate);
        });
        rates = shared;
    }

    /** Of the message of a queue with the longest chain behind it: those in front of it are in its way. */
    private long urgency(Queue queue) {
        long leftNs = 0;
        for (int number : queue.steps) {
            leftNs = Math.max(leftNs, graph.leftNs(number));
        }
        return leftNs;
    }

    @Override
    public String toString() {
        return "nowNs=" + nowNs + " flows=" + active.size() + " waiting="
                + Arrays.stream(waitsFor).sum();
    }
}
