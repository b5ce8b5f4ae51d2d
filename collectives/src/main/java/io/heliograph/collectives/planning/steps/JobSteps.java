package io.heliograph.collectives.planning.steps;

import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.TimedMessages;
import io.heliograph.collectives.planning.rates.Membership;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.traffic.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows all ranks of a job through one iteration. A rank computes what belongs to a message, then takes part in it. It goes on computing when it has the result; if the message may overlap with computation, when the message before it in the same group is over; gradients are waited for in front of the
 * optimiser's step alone. There are no barriers: a rank waits for nothing but what it needs.
 */
public final class JobSteps {
    /** Most steps of an iteration. */
    public static final int MOST = 2_000_000;

    private final Job job;
    private final RateSchedule schedule;
    private final Membership membership;
    private final StepList list = new StepList(MOST);
    private final List<RankState> ranks = new ArrayList<>();
    private final int[] stages;
    private final int[] tensors;
    private final int[] replicas;
    private final List<TimedMessages> passes = new ArrayList<>();
    private final List<List<Message>> steps = new ArrayList<>();
    private final Map<String, int[][]> groups = new HashMap<>();
    /** Messages that a rank has sent to another, and that were not received yet. */
    private final Map<Long, Deque<Integer>> sent = new HashMap<>();

    private JobSteps(Job job, RateSchedule schedule) {
        this.job = job;
        this.schedule = schedule;
        membership = new Membership(job);
        int count = job.parallelism().ranks();
        stages = new int[count];
        tensors = new int[count];
        replicas = new int[count];
        for (int rank = 0; rank < count; rank++) {
            ranks.add(new RankState(list, job.placement().host(rank)));
        }
        Iteration iteration = new Iteration(job);
        for (int stage = 0; stage < job.parallelism().pipeline(); stage++) {
            passes.add(TimedMessages.ofPasses(job, stage));
            List<Message> ofStep = new ArrayList<>();
            iteration.forEachOfStep(stage, ofStep::add);
            steps.add(ofStep);
            number(stage);
        }
    }

    private void number(int stage) {
        int of = job.parallelism().context() * job.parallelism().data();
        for (int replica = 0; replica < of; replica++) {
            for (int tensor = 0; tensor < job.parallelism().tensor(); tensor++) {
                int rank = membership.rank(tensor, replica, stage);
                stages[rank] = stage;
                tensors[rank] = tensor;
                replicas[rank] = replica;
            }
        }
    }

    /**
     * The steps of an iteration.
     *
     * @param schedule of the same job
     * @throws IllegalArgumentException if there are more than {@link #MOST}
     */
    public static List<JobStep> of(Job job, RateSchedule schedule) {
        JobSteps made = new JobSteps(job, schedule);
        boolean gotOn = true;
        while (gotOn) {
            gotOn = false;
            for (int rank = 0; rank < made.ranks.size(); rank++) {
                while (made.advance(rank)) {
                    gotOn = true;
                }
            }
        }
        for (int rank = 0; rank < made.ranks.size(); rank++) {
            if (made.message(rank) != null) {
                throw new IllegalStateException("rank " + rank + " waits for ever: " + made.message(rank));
            }
        }
        for (int rank = 0; rank < made.ranks.size(); rank++) {
            made.end(rank);
        }
        return made.list.steps();
    }

    /** What is computed behind the last message. */
    private void end(int rank) {
        RankState state = ranks.get(rank);
        List<Message> ofStep = steps.get(stages[rank]);
        if (ofStep.isEmpty()) {
            state.compute(passes.get(stages[rank]).restNs(), 0);
            state.waitForAll(0);
        }
        if (ofStep.isEmpty() || !ofStep.getLast().cause().equals("parameters")) {
            state.compute(job.compute().stepNs(), 0);
        }
    }

    private @Nullable Message message(int rank) {
        int place = ranks.get(rank).place();
        List<Message> first = passes.get(stages[rank]).messages();
        List<Message> then = steps.get(stages[rank]);
        if (place < first.size()) {
            return first.get(place);
        }
        return place < first.size() + then.size() ? then.get(place - first.size()) : null;
    }

    private boolean isPass(int rank) {
        return ranks.get(rank).place() < passes.get(stages[rank]).messages().size();
    }

    /** A rank's next message, if those that it needs are there. */
    private boolean advance(int rank) {
        Message message = message(rank);
        if (message == null) {
            return false;
        }
        switch (message.operation()) {
            case SEND -> send(rank, message);
            case RECEIVE -> {
                return receive(rank, message);
            }
            default -> {
                return together(rank, message);
            }
        }
        return true;
    }

    private long slotNs(int rank, Message message, int rotation) {
        // Stages have places of their own; all their passes are one slot.
        return isPass(rank) ? schedule.passNs(ranks.get(rank).place(), rotation) : schedule.stepNs(message.cause());
    }

    /** What is computed in front of a message. */
    private void compute(int rank, Message message) {
        RankState state = ranks.get(rank);
        TimedMessages ofStage = passes.get(stages[rank]);
        int place = state.place();
        int last = ofStage.messages().size();
        if (place < last) {
            state.compute(ofStage.sharesNs()[place], schedule.passComputationNs(place));
            return;
        }
        if (place == last) {
            state.compute(ofStage.restNs(), 0);
            state.waitForAll(0);
        }
        boolean isParameters = message.cause().equals("parameters");
        boolean isFirst = place == last
                || !steps.get(stages[rank]).get(place - last - 1).cause().equals("parameters");
        if (isParameters && isFirst) {
            state.compute(job.compute().stepNs(), schedule.stepNs("step"));
        }
    }

    private void send(int rank, Message message) {
        long slotNs = slotNs(rank, message, 0);
        compute(rank, message);
        RankState state = ranks.get(rank);
        int other = neighbour(rank, message, true);
        int ready = state.ready("to", slotNs);
        int step = list.send(
                message.group().name(), state.host(), ranks.get(other).host(), message.bytes(), slotNs, ready);
        sent.computeIfAbsent(pair(rank, other), key -> new ArrayDeque<>()).add(step);
        state.next();
    }

    private boolean receive(int rank, Message message) {
        int other = neighbour(rank, message, false);
        Deque<Integer> waiting = sent.get(pair(other, rank));
        Integer step = waiting == null ? null : waiting.poll();
        if (step == null) {
            return false;
        }
        RankState state = ranks.get(rank);
        long slotNs = slotNs(rank, message, 0);
        state.add("from", step);
        state.waitFor(state.ready("from", slotNs));
        compute(rank, message);
        state.next();
        return true;
    }

    private static long pair(int from, int to) {
        return (long) from << 32 | to;
    }

    private int neighbour(int rank, Message message, boolean sends) {
        int towards = sends ? 1 : -1;
        if (message.group().name().equals("cp")) {
            int context = job.parallelism().context();
            int member = Math.floorMod(replicas[rank] % context + towards, context);
            return membership.rank(tensors[rank], replicas[rank] / context * context + member, stages[rank]);
        }
        int forward = message.cause().startsWith("forward") ? 1 : -1;
        return membership.rank(tensors[rank], replicas[rank], stages[rank] + towards * forward);
    }

    /** An operation of a group begins when all its ranks have come to it. */
    private boolean together(int rank, Message message) {
        int[] members = group(rank, message);
        for (int each : members) {
            if (!message.equals(message(each))) {
                return false;
            }
        }
        int[] hosts = new int[members.length];
        int[] ready = new int[members.length];
        String name = message.group().name();
        for (int i = 0; i < members.length; i++) {
            RankState state = ranks.get(members[i]);
            long slotNs = slotNs(members[i], message, 0);
            compute(members[i], message);
            hosts[i] = state.host();
            ready[i] = state.ready(name, slotNs);
        }
        int[] over = GroupSteps.add(
                list,
                name,
                message.operation(),
                hosts,
                message.bytes(),
                ready,
                rotation -> slotNs(rank, message, rotation));
        for (int i = 0; i < members.length; i++) {
            ended(ranks.get(members[i]), message, ready[i], over[i]);
        }
        return true;
    }

    private static void ended(RankState state, Message message, int ready, int over) {
        state.add(message.group().name(), over);
        boolean isFree = message.cause().equals("gradients");
        if (message.overlap() == Message.Overlap.NONE) {
            state.waitFor(over);
        } else if (!isFree) {
            state.waitFor(ready);
        }
        state.next();
    }

    private int[] group(int rank, Message message) {
        String name = message.group().name();
        int stage = Membership.isOverStages(name) ? 0 : stages[rank];
        int[][] byRank = groups.computeIfAbsent(name + stage, key -> new int[ranks.size()][]);
        if (byRank[rank] == null) {
            for (int[] each : membership.ranks(name, stage)) {
                for (int member : each) {
                    byRank[member] = each;
                }
            }
        }
        return byRank[rank];
    }
}
