package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Compute;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.TimedMessages;
import io.heliograph.collectives.planning.traffic.Message;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parts an iteration into slots. Without a pipeline ranks send the same at the same time: neighbouring messages of the same flows are one slot, an all-to-all has a slot for each rotation. In a pipeline stages do different things at any time: all passes are one slot. So they are if they would be more slots
 * than a table has phases for. Behind the passes come gradients, step and parameters, a slot each.
 */
final class JobSlots {
    /** A flow that comes and goes needs two phases, of {@link io.heliograph.transport.rate.RateTable#MAX_PHASES}. */
    static final int MOST_SLOTS = 480;

    private final Job job;
    private final Iteration iteration;
    private final Membership membership;
    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, Integer> stepNumbers = new LinkedHashMap<>();
    private final int passSlots;
    private int[] passNumbers = {};

    /** The slots of an iteration; those without flows are computation alone. */
    JobSlots(Job job) {
        this.job = job;
        iteration = new Iteration(job);
        membership = new Membership(job);
        addPasses();
        passSlots = slots.size();
        addStep();
    }

    /** How many slots, from the first on, are of forward and backward passes. */
    int passSlots() {
        return passSlots;
    }

    List<Slot> slots() {
        return slots;
    }

    /** Which message belongs to which slot. */
    SlotNumbers numbers() {
        return new SlotNumbers(passNumbers, stepNumbers);
    }

    /** Messages that share a slot. */
    private static final class Run {
        final Message first;
        final int place;
        double bytes;
        long computeNs;
        long count;

        Run(Message first, int place) {
            this.first = first;
            this.place = place;
        }

        boolean takes(Message next) {
            return first.operation() != Operation.ALL_TO_ALL
                    && first.operation() != Operation.SEND
                    && first.operation() == next.operation()
                    && first.overlap() == next.overlap()
                    && isGradients(first) == isGradients(next)
                    && first.group().equals(next.group());
        }

        void add(Message next, long ns) {
            bytes += next.bytes();
            computeNs += ns;
            count++;
        }
    }

    private static boolean isGradients(Message message) {
        return message.cause().equals("gradients");
    }

    private static Slot.Overlap overlap(Message message) {
        if (message.overlap() == Message.Overlap.NONE || message.operation() == Operation.SEND) {
            // Ring attention could hide what it sends behind a block of attention: not foreseen.
            return Slot.Overlap.NONE;
        }
        return isGradients(message) ? Slot.Overlap.STEP : Slot.Overlap.NEXT;
    }

    private void addPasses() {
        Compute compute = job.compute();
        long microBatches = job.training().microBatches();
        int stages = job.parallelism().pipeline();
        long computeNs = (microBatches + stages - 1) * (compute.forwardNs() + compute.backwardNs());
        TimedMessages passes = TimedMessages.ofPasses(job, 0);
        List<Run> runs = stages == 1 ? runs(passes) : List.of();
        long needed = 0;
        for (Run run : runs) {
            needed += run.first.operation() == Operation.ALL_TO_ALL
                    ? run.first.group().size() - 1L
                    : 1;
        }
        if (stages > 1 || needed > MOST_SLOTS) {
            addPassesAsOne(computeNs, passes);
        } else {
            addRuns(runs, passes);
        }
    }

    private static List<Run> runs(TimedMessages passes) {
        List<Run> runs = new ArrayList<>();
        for (int place = 0; place < passes.messages().size(); place++) {
            Message message = passes.messages().get(place);
            if (message.operation() != Operation.RECEIVE) {
                if (runs.isEmpty() || !runs.getLast().takes(message)) {
                    runs.add(new Run(message, place));
                }
                runs.getLast().add(message, passes.sharesNs()[place]);
            }
        }
        return runs;
    }

    private void addPassesAsOne(long computeNs, TimedMessages first) {
        Map<Flow, Double> flows = new LinkedHashMap<>();
        int stages = job.parallelism().pipeline();
        for (int stage = 0; stage < stages; stage++) {
            int number = stage;
            Map<Message, Double> sums = new LinkedHashMap<>();
            iteration.forEachOfPasses(stage, message -> sums.merge(message, (double) message.bytes(), Double::sum));
            sums.forEach((message, bytes) -> addFlows(message, bytes, number, flows));
        }
        long rounds = 0;
        double bytes = 0;
        for (Message message : first.messages()) {
            rounds += rounds(message);
            bytes += rounds(message) * roundBytes(message, (double) message.bytes());
        }
        int microBatches = job.training().microBatches();
        // The last stage waits for those before it, as in the pipeline's computation.
        bytes /= Math.max(1, rounds);
        rounds = rounds * (microBatches + stages - 1) / microBatches;
        slots.add(new Slot("passes", computeNs, flows, new Slot.Shape(1, rounds, bytes, Slot.Overlap.NONE, true)));
    }

    private static double roundBytes(Message message, double bytes) {
        return GroupRounds.bytes(message.operation(), message.group().size(), (long) bytes);
    }

    private static int rounds(Message message) {
        return GroupRounds.of(message.operation(), message.group().size());
    }

    private void addRuns(List<Run> runs, TimedMessages passes) {
        passNumbers = new int[passes.messages().size()];
        int next = 0;
        for (int place = 0; place < passNumbers.length; place++) {
            if (next < runs.size() && runs.get(next).place == place) {
                addRun(runs.get(next++));
            }
            Message message = passes.messages().get(place);
            int rotations = message.operation() == Operation.ALL_TO_ALL
                    ? message.group().size() - 1
                    : 1;
            passNumbers[place] = Math.max(0, slots.size() - rotations);
        }
        if (runs.isEmpty() || passes.restNs() > 0) {
            slots.add(Slot.computation("passes", passes.restNs()));
        }
    }

    private void addRun(Run run) {
        Message message = run.first;
        String label = message.operation().label() + " " + message.group().name() + ", from " + message.cause() + " on";
        if (message.operation() != Operation.ALL_TO_ALL) {
            Map<Flow, Double> flows = new LinkedHashMap<>();
            addFlows(message, run.bytes, 0, flows);
            Slot.Shape shape = new Slot.Shape(
                    run.count,
                    run.count * rounds(message),
                    roundBytes(message, run.bytes / run.count),
                    overlap(message));
            slots.add(new Slot(label, run.computeNs, flows, shape));
            return;
        }
        int ranks = message.group().size();
        for (int distance = 1; distance < ranks; distance++) {
            Map<Flow, Double> flows = new LinkedHashMap<>();
            for (int[] hosts : membership.groups(message.group().name(), 0)) {
                GroupFlows.rotation(hosts, distance, run.bytes / ranks, flows);
            }
            slots.add(new Slot(
                    label + ", rotation " + distance,
                    distance == 1 ? run.computeNs : 0,
                    flows,
                    new Slot.Shape(1, 1, run.bytes / ranks, Slot.Overlap.NONE)));
        }
    }

    /** Stages do the same one after the other here: gradients of all, then the norm of all, and so on; parameters come behind the step. */
    private void addStep() {
        Map<String, Map<Flow, Double>> byCause = new LinkedHashMap<>();
        Map<String, Slot.Shape> shapes = new LinkedHashMap<>();
        for (int stage = 0; stage < job.parallelism().pipeline(); stage++) {
            int number = stage;
            Map<String, Slot.Shape> ofStage = new LinkedHashMap<>();
            iteration.forEachOfStep(stage, message -> {
                ofStage.merge(
                        message.cause(),
                        new Slot.Shape(
                                1, rounds(message), roundBytes(message, (double) message.bytes()), Slot.Overlap.NONE),
                        JobSlots::together);
                // Told by every stage that takes part, sent once.
                if (number == 0 || !Membership.isOverStages(message.group().name())) {
                    addFlows(
                            message,
                            (double) message.bytes(),
                            number,
                            byCause.computeIfAbsent(message.cause(), cause -> new LinkedHashMap<>()));
                }
            });
            ofStage.forEach((cause, shape) ->
                    shapes.merge(cause, shape, (one, other) -> one.rounds() >= other.rounds() ? one : other));
        }
        Map<Flow, Double> parameters = byCause.remove("parameters");
        byCause.forEach((cause, flows) -> addStep(cause, flows, shapes));
        stepNumbers.put("step", slots.size());
        slots.add(Slot.computation("step", job.compute().stepNs()));
        if (parameters != null) {
            addStep("parameters", parameters, shapes);
        }
    }

    /** Messages of one cause, each in a group of its own, at the same time. */
    private static Slot.Shape together(Slot.Shape one, Slot.Shape other) {
        return new Slot.Shape(
                1,
                Math.max(one.rounds(), other.rounds()),
                Math.max(one.roundBytes(), other.roundBytes()),
                Slot.Overlap.NONE);
    }

    private void addStep(String cause, Map<Flow, Double> flows, Map<String, Slot.Shape> shapes) {
        if (!flows.isEmpty()) {
            stepNumbers.put(cause, slots.size());
            slots.add(new Slot(cause, 0, flows, shapes.getOrDefault(cause, Slot.Shape.NONE)));
        }
    }

    private void addFlows(Message message, double bytes, int stage, Map<Flow, Double> to) {
        String group = message.group().name();
        if (message.operation() == Operation.RECEIVE) {
            return;
        }
        if (message.operation() != Operation.SEND) {
            membership.groups(group, stage).forEach(hosts -> GroupFlows.add(message.operation(), hosts, bytes, to));
        } else if (group.equals("cp")) {
            membership.groups(group, stage).forEach(hosts -> GroupFlows.rotation(hosts, 1, bytes, to));
        } else {
            int other = message.cause().startsWith("forward") ? stage + 1 : stage - 1;
            int replicas = job.parallelism().context() * job.parallelism().data();
            for (int replica = 0; replica < replicas; replica++) {
                for (int tensor = 0; tensor < job.parallelism().tensor(); tensor++) {
                    int from = membership.host(tensor, replica, stage);
                    GroupFlows.add(from, membership.host(tensor, replica, other), bytes, to);
                }
            }
        }
    }
}
