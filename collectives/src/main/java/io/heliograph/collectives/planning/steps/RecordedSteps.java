package io.heliograph.collectives.planning.steps;

import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.recorded.RecordedNode;
import io.heliograph.collectives.planning.traffic.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Follows a recorded job through one iteration. A rank's computations follow each other in the order of its record, and so do the operations of each of its groups; otherwise a node waits for those that the record names alone. Who sends goes on at once; who receives has to wait.
 */
public final class RecordedSteps {

    private static final int NONE_BEFORE = -1;

    private final RecordedJob job;
    private final Slots slots;
    private final StepList list = new StepList(JobSteps.MOST);
    private final List<Rank> ranks = new ArrayList<>();
    /** By group and number within it, the places at which its ranks have come to it. */
    private final Map<Meeting, Map<Integer, Integer>> meetings = new HashMap<>();

    private final Map<Pair, Deque<Sent>> sent = new HashMap<>();

    /** When the plan has the slots of what ranks do. */
    @FunctionalInterface
    public interface Slots {
        /** Of a plan that knows none. */
        Slots NONE = (place, rotation) -> 0;

        /**
         * When it begins to send, after the beginning of the iteration.
         *
         * @param place of the node, in jobs whose ranks are in step
         * @param rotation of an all-to-all, from 0 on
         */
        long ns(int place, int rotation);
    }

    /** An operation of a group: the how manieth of which group. */
    private record Meeting(String group, int first, int members, int number) {}

    private record Pair(int from, int to, String group) {}

    private record Sent(int step, RecordedNode node) {}

    /** How far a rank is. */
    private static final class Rank {
        final List<RecordedNode> nodes;
        final int[] waitsFor;
        final List<List<Integer>> followers = new ArrayList<>();
        final int[] over;
        final Meeting[] meetings;
        /** Where the operation of the same group before this one is. */
        final int[] previous;

        final PriorityQueue<Integer> ready = new PriorityQueue<>();
        int computed = StepList.NONE;
        int left;

        Rank(List<RecordedNode> nodes) {
            this.nodes = nodes;
            waitsFor = new int[nodes.size()];
            over = new int[nodes.size()];
            meetings = new Meeting[nodes.size()];
            left = nodes.size();
            previous = new int[nodes.size()];
            nodes.forEach(node -> followers.add(new ArrayList<>()));
            Map<Meeting, Integer> last = new HashMap<>();
            for (int place = 0; place < nodes.size(); place++) {
                previous[place] = NONE_BEFORE;
                RecordedNode node = nodes.get(place);
                for (int before : node.after()) {
                    follow(before, place);
                }
                if (node.isOfAGroup()) {
                    Meeting group = new Meeting(node.group(), node.members()[0], node.members().length, 0);
                    Integer before = last.put(group, place);
                    int number = 0;
                    if (before != null) {
                        number = meetings[before].number() + 1;
                        follow(before, place);
                        previous[place] = before;
                    }
                    meetings[place] = new Meeting(group.group(), group.first(), group.members(), number);
                }
            }
            for (int place = 0; place < waitsFor.length; place++) {
                if (waitsFor[place] == 0) {
                    ready.add(place);
                }
            }
        }

        private void follow(int before, int place) {
            followers.get(before).add(place);
            waitsFor[place]++;
        }
    }

    private RecordedSteps(RecordedJob job, Slots slots) {
        this.job = job;
        this.slots = slots;
        job.ranks().forEach(nodes -> ranks.add(new Rank(nodes)));
    }

    /**
     * The steps of an iteration.
     *
     * @param slots when the plan has the slots of nodes
     * @throws IllegalArgumentException if ranks contradict each other or wait for ever, with the place of the record, or if there are more than {@link JobSteps#MOST} steps
     */
    public static List<JobStep> of(RecordedJob job, Slots slots) {
        RecordedSteps made = new RecordedSteps(job, slots);
        boolean gotOn = true;
        while (gotOn) {
            gotOn = false;
            for (int rank = 0; rank < made.ranks.size(); rank++) {
                gotOn |= made.advance(rank);
            }
        }
        for (int rank = 0; rank < made.ranks.size(); rank++) {
            made.refuseWhatIsLeft(rank);
        }
        return made.list.steps();
    }

    private void refuseWhatIsLeft(int rank) {
        Rank state = ranks.get(rank);
        for (int place = 0; state.left > 0 && place < state.waitsFor.length; place++) {
            if (state.waitsFor[place] == 0) {
                RecordedNode node = state.nodes.get(place);
                Meeting meeting = state.meetings[place];
                String what = meeting == null
                        ? "nobody sends what it receives from rank " + node.peer()
                        : "of the " + meeting.members() + " ranks of group " + meeting.group() + " "
                                + meetings.getOrDefault(meeting, Map.of()).size()
                                + " come to its operation number " + meeting.number();
                throw new IllegalArgumentException(node.where() + ": rank " + rank + " waits for ever: " + what);
            }
        }
        if (state.left > 0) {
            throw new IllegalArgumentException(
                    state.nodes.getFirst().where() + ": nodes of rank " + rank + " wait for each other in a circle");
        }
    }

    /** Does all that a rank can do; whether that was anything. */
    private boolean advance(int rank) {
        Rank state = ranks.get(rank);
        boolean gotOn = false;
        List<Integer> blocked = new ArrayList<>();
        while (!state.ready.isEmpty()) {
            int place = state.ready.remove();
            RecordedNode node = state.nodes.get(place);
            if (node.isOfAGroup()) {
                gotOn |= meet(rank, place);
            } else if (node.operation() == Operation.RECEIVE && !receive(rank, place)) {
                blocked.add(place);
            } else if (node.operation() != Operation.RECEIVE) {
                alone(rank, place);
                gotOn = true;
            } else {
                gotOn = true;
            }
        }
        state.ready.addAll(blocked);
        return gotOn;
    }

    private int host(int rank) {
        return job.hosts()[rank];
    }

    /** What has to be over before a node, as one step. */
    private int before(int rank, int place, int besides) {
        Rank state = ranks.get(rank);
        int[] after = state.nodes.get(place).after();
        int[] steps = new int[after.length + 2];
        for (int i = 0; i < after.length; i++) {
            steps[i] = state.over[after[i]];
        }
        steps[after.length] = besides;
        steps[after.length + 1] = StepList.NONE;
        return list.join(host(rank), slots.ns(place, 0), steps);
    }

    private void alone(int rank, int place) {
        Rank state = ranks.get(rank);
        RecordedNode node = state.nodes.get(place);
        if (node.operation() == null) {
            int ready = before(rank, place, node.computeNs() == 0 ? StepList.NONE : state.computed);
            int over = list.compute(host(rank), node.computeNs(), slots.ns(place, 0), ready);
            state.computed = node.computeNs() == 0 ? state.computed : over;
            ended(rank, place, over);
            return;
        }
        int ready = before(rank, place, StepList.NONE);
        int step = ready;
        if (node.bytes() > 0) {
            step = list.send(node.group(), host(rank), host(node.peer()), node.bytes(), slots.ns(place, 0), ready);
        }
        sent.computeIfAbsent(new Pair(rank, node.peer(), node.group()), key -> new ArrayDeque<>())
                .add(new Sent(step, node));
        ended(rank, place, ready);
    }

    private boolean receive(int rank, int place) {
        RecordedNode node = ranks.get(rank).nodes.get(place);
        Deque<Sent> waiting = sent.get(new Pair(node.peer(), rank, node.group()));
        if (waiting == null || waiting.isEmpty()) {
            return false;
        }
        Sent from = waiting.remove();
        if (from.node().bytes() != node.bytes()) {
            throw new IllegalArgumentException(node.where() + ": rank " + rank + " receives bytes=" + node.bytes()
                    + ", rank " + node.peer() + " sends bytes=" + from.node().bytes() + " ("
                    + from.node().where() + ")");
        }
        // Without bytes there is nothing to wait for that ends here.
        ended(rank, place, before(rank, place, node.bytes() == 0 ? StepList.NONE : from.step()));
        return true;
    }

    /** A rank comes to an operation of its group, which begins when all have. */
    private boolean meet(int rank, int place) {
        Rank state = ranks.get(rank);
        RecordedNode node = state.nodes.get(place);
        Meeting meeting = state.meetings[place];
        Map<Integer, Integer> places = meetings.computeIfAbsent(meeting, key -> new HashMap<>());
        places.put(rank, place);
        int[] members = node.members();
        if (places.size() < members.length) {
            return false;
        }
        int[] hosts = new int[members.length];
        int[] ready = new int[members.length];
        for (int i = 0; i < members.length; i++) {
            int at = places.getOrDefault(members[i], -1);
            RecordedNode other = at < 0 ? node : ranks.get(members[i]).nodes.get(at);
            if (at < 0 || other.operation() != node.operation() || other.bytes() != node.bytes()) {
                throw new IllegalArgumentException(node.where() + ": rank " + rank + " comes to " + told(node)
                        + ", operation number " + meeting.number() + " of group " + meeting.group() + ", where rank "
                        + members[i]
                        + (at < 0 ? " does not belong" : " comes to " + told(other) + " (" + other.where() + ")"));
            }
            hosts[i] = host(members[i]);
            Rank member = ranks.get(members[i]);
            int previous = member.previous[at];
            ready[i] = before(members[i], at, previous == NONE_BEFORE ? StepList.NONE : member.over[previous]);
        }
        int[] over = add(node, hosts, ready, place);
        for (int i = 0; i < members.length; i++) {
            ended(members[i], places.getOrDefault(members[i], place), over[i]);
        }
        meetings.remove(meeting);
        return true;
    }

    private static String told(RecordedNode node) {
        return (node.operation() == null ? "computation" : node.operation().label()) + " of bytes=" + node.bytes();
    }

    private int[] add(RecordedNode node, int[] hosts, int[] ready, int place) {
        if (node.operation() == null || node.bytes() == 0 || hosts.length == 1) {
            return ready;
        }
        try {
            return GroupSteps.add(
                    list,
                    node.group(),
                    node.operation(),
                    hosts,
                    node.bytes(),
                    ready,
                    rotation -> slots.ns(place, rotation));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(node.where() + ": " + e.getMessage(), e);
        }
    }

    private void ended(int rank, int place, int over) {
        Rank state = ranks.get(rank);
        state.over[place] = over;
        state.waitsFor[place] = -1;
        state.left--;
        for (int follower : state.followers.get(place)) {
            if (--state.waitsFor[follower] == 0) {
                state.ready.add(follower);
            }
        }
    }
}
