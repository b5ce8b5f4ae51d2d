package io.heliograph.collectives.planning.steps;

import java.util.ArrayList;
import java.util.List;

/** Collects steps and numbers them. */
final class StepList {
    /** In place of the number of a step: nothing to wait for. */
    static final int NONE = -1;

    private static final String NO_GROUP = "";

    private final List<JobStep> steps = new ArrayList<>();
    private final int most;

    /**
     * An empty list.
     *
     * @param most steps; one more is refused
     */
    StepList(int most) {
        this.most = most;
    }

    List<JobStep> steps() {
        return steps;
    }

    /** Sends; to the own host it takes no time. Returns the number. */
    int send(String group, int from, int to, long bytes, long slotNs, int... after) {
        return add(from == to ? NO_GROUP : group, from, to, from == to ? 0 : bytes, 0, slotNs, after);
    }

    /** Computes behind a step, if there is something to compute. Returns the number of what the host has to wait for then. */
    int compute(int host, long ns, long slotNs, int after) {
        return ns == 0 ? after : add(NO_GROUP, host, host, 0, ns, slotNs, after);
    }

    /** One step that stands for several of a host. */
    int join(int host, long slotNs, int... after) {
        int given = NONE;
        boolean several = false;
        for (int each : after) {
            several |= each != NONE && given != NONE && each != given;
            given = each == NONE ? given : each;
        }
        return several ? add(NO_GROUP, host, host, 0, 0, slotNs, after) : given;
    }

    private int add(String group, int from, int to, long bytes, long delayNs, long slotNs, int... after) {
        if (steps.size() == most) {
            throw new IllegalArgumentException("an iteration has more than " + most
                    + " messages and computations between hosts: too many to follow one by one");
        }
        int count = 0;
        for (int each : after) {
            count += each == NONE ? 0 : 1;
        }
        int[] given = new int[count];
        count = 0;
        for (int each : after) {
            if (each != NONE) {
                given[count++] = each;
            }
        }
        steps.add(new JobStep(from, to, bytes, delayNs, slotNs, given, group));
        return steps.size() - 1;
    }
}
