package io.heliograph.collectives.planning.steps;

import java.util.HashMap;
import java.util.Map;

/** How far a rank is: what its next computation has to wait for, and what the next operation of each of its groups does. Operations of one group follow each other, those of different groups do not wait for each other. */
final class RankState {
    private final StepList list;
    private final int host;
    private final Map<String, Integer> groups = new HashMap<>();
    private int computed = StepList.NONE;
    /** Number of the message that comes next. */
    private int place;

    RankState(StepList list, int host) {
        this.list = list;
        this.host = host;
    }

    int host() {
        return host;
    }

    int place() {
        return place;
    }

    void next() {
        place++;
    }

    void compute(long ns, long slotNs) {
        computed = list.compute(host, ns, slotNs, computed);
    }

    /** What an operation of a group has to wait for. */
    int ready(String group, long slotNs) {
        return list.join(host, slotNs, computed, groups.getOrDefault(group, StepList.NONE));
    }

    /** An operation of a group is over with a step. */
    void add(String group, int over) {
        groups.put(group, over);
    }

    /** Computation goes on behind a step. */
    void waitFor(int step) {
        computed = step;
    }

    /** Computation goes on when all operations are over. */
    void waitForAll(long slotNs) {
        for (int each : groups.values()) {
            computed = list.join(host, slotNs, computed, each);
        }
        groups.clear();
    }
}
