package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Compute;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
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
    private static final int MOST_SLOTS = 480;

    private final Job job;
    private final Iteration iteration;
    private final Membership membership;
    private final List<Slot> slots = new ArrayList<>();

    private JobSlots(Job job) {
        this.job = job;
        iteration = new Iteration(job);
        membership = new Membership(job);
    }

    /** The slots of an iteration; those without flows are computation alone. */
    static List<Slot> of(Job job) {
        JobSlots made = new JobSlots(job);
        made.addPasses();
        made.addStep();
        return made.slots;
    }

    /** Messages that share a slot. */
    private static final class Run {
        final Message first;
        double bytes;
        long count;

        Run(Message first) {
            this.first = first;
        }

        boolean takes(Message next) {
            return first.operation() != Operation.ALL_TO_ALL
                    && first.operation() != Operation.SEND
                    && first.operation() == next.operation()
                    && first.group().equals(next.group());
        }

        void add(Message next) {
            bytes += next.bytes();
            count++;
        }
    }

    private void addPasses() {
        Compute compute = job.compute();
        long microBatches = job.training().microBatches();
        int stages = job.parallelism().pipeline();
        long computeNs = (microBatches + stages - 1) * (compute.forwardNs() + compute.backwardNs());
        List<Run> runs = new ArrayList<>();
        if (stages == 1) {
            iteration.forEachOfPasses(0, message -> {
                if (message.operation() != Operation.RECEIVE) {
                    if (runs.isEmpty() || !runs.getLast().takes(message)) {
                        runs.add(new Run(message));
                    }
                    runs.getLast().add(message);
                }
            });
        }
        long needed = 0;
        for (Run run : runs) {
            needed += run.first.operation() == Operation.ALL_TO_ALL
                    ? run.first.group().size() - 1L
                    : 1;
        }
        if (stages > 1 || needed > MOST_SLOTS) {
            addPassesAsOne(computeNs);
        } else {
            addRuns(runs, computeNs);
        }
    }

    private void addPassesAsOne(long computeNs) {
        Map<Flow, Double> flows = new LinkedHashMap<>();
        for (int stage = 0; stage < job.parallelism().pipeline(); stage++) {
            int number = stage;
            Map<Message, Double> sums = new LinkedHashMap<>();
            iteration.forEachOfPasses(stage, message -> sums.merge(message, (double) message.bytes(), Double::sum));
            sums.forEach((message, bytes) -> addFlows(message, bytes, number, flows));
        }
        slots.add(new Slot("passes", computeNs, flows));
    }

    private void addRuns(List<Run> runs, long computeNs) {
        if (runs.isEmpty()) {
            slots.add(new Slot("passes", computeNs, Map.of()));
            return;
        }
        long messages = runs.stream().mapToLong(run -> run.count).sum();
        long doneNs = 0;
        long seen = 0;
        for (Run run : runs) {
            seen += run.count;
            // Computation is spread evenly over messages.
            long untilNs = (long) ((double) computeNs * seen / messages);
            addRun(run, untilNs - doneNs);
            doneNs = untilNs;
        }
    }

    private void addRun(Run run, long computeNs) {
        Message message = run.first;
        String label = message.operation().label() + " " + message.group().name() + ", from " + message.cause() + " on";
        if (message.operation() != Operation.ALL_TO_ALL) {
            Map<Flow, Double> flows = new LinkedHashMap<>();
            addFlows(message, run.bytes, 0, flows);
            slots.add(new Slot(label, computeNs, flows));
            return;
        }
        int ranks = message.group().size();
        for (int distance = 1; distance < ranks; distance++) {
            Map<Flow, Double> flows = new LinkedHashMap<>();
            for (int[] hosts : membership.groups(message.group().name(), 0)) {
                GroupFlows.rotation(hosts, distance, run.bytes / ranks, flows);
            }
            slots.add(new Slot(label + ", rotation " + distance, distance == 1 ? computeNs : 0, flows));
        }
    }

    /** Stages do the same one after the other here: gradients of all, then the norm of all, and so on. */
    private void addStep() {
        Map<String, Map<Flow, Double>> byCause = new LinkedHashMap<>();
        for (int stage = 0; stage < job.parallelism().pipeline(); stage++) {
            int number = stage;
            iteration.forEachOfStep(stage, message -> {
                // Told by every stage that takes part, sent once.
                if (number == 0 || !Membership.isOverStages(message.group().name())) {
                    addFlows(
                            message,
                            (double) message.bytes(),
                            number,
                            byCause.computeIfAbsent(message.cause(), cause -> new LinkedHashMap<>()));
                }
            });
        }
        slots.add(new Slot("step", job.compute().stepNs(), Map.of()));
        byCause.forEach((cause, flows) -> {
            if (!flows.isEmpty()) {
                slots.add(new Slot(cause, 0, flows));
            }
        });
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
