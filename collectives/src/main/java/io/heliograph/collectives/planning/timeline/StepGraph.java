package io.heliograph.collectives.planning.timeline;

import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.collectives.planning.rates.Wire;
import io.heliograph.collectives.planning.steps.JobStep;
import java.util.Arrays;
import java.util.List;

/** The steps of an iteration, which come behind each, and how much of the iteration is left when one begins. */
final class StepGraph {
    private final List<JobStep> steps;
    /** The steps behind step s: those from {@code first[s]} on. */
    private final int[] first;

    private final int[] next;
    private final long[] latencyNs;
    private final long[] leftNs;

    StepGraph(List<JobStep> steps, FabricRoutes fabric) {
        this.steps = steps;
        int count = steps.size();
        first = new int[count + 1];
        for (JobStep step : steps) {
            for (int before : step.after()) {
                first[before + 1]++;
            }
        }
        for (int number = 0; number < count; number++) {
            first[number + 1] += first[number];
        }
        next = new int[first[count]];
        int[] filled = first.clone();
        for (int number = 0; number < count; number++) {
            for (int before : steps.get(number).after()) {
                next[filled[before]++] = number;
            }
        }
        latencyNs = new long[count];
        leftNs = new long[count];
        long lineRate = 0;
        for (int link = 0; link < fabric.links(); link++) {
            lineRate = Math.max(lineRate, fabric.rateBitsPerSecond(link));
        }
        for (int number = count - 1; number >= 0; number--) {
            JobStep step = steps.get(number);
            long ownNs = step.delayNs();
            if (step.bytes() > 0) {
                latencyNs[number] = (long) Math.ceil(fabric.latencyNs(
                        new Flow(step.from(), step.to()), Wire.lastPacketBytes((double) step.bytes())));
                ownNs += latencyNs[number] + (long) Wire.ns(Wire.bytes((double) step.bytes()), (double) lineRate);
            }
            long behindNs = 0;
            for (int i = first[number]; i < first[number + 1]; i++) {
                behindNs = Math.max(behindNs, leftNs[next[i]]);
            }
            leftNs[number] = ownNs + behindNs;
        }
    }

    /** The longest chain of all: no iteration is shorter, whatever rates messages have, as none is faster than the fastest link. */
    long longestNs() {
        return Arrays.stream(leftNs).max().orElse(0);
    }

    int count() {
        return steps.size();
    }

    JobStep step(int number) {
        return steps.get(number);
    }

    int firstNext(int number) {
        return first[number];
    }

    /** Number of a step, from {@code firstNext(s)} to {@code firstNext(s + 1)}. */
    int next(int place) {
        return next[place];
    }

    /** From when a message's last byte is sent to when it is there. */
    long latencyNs(int number) {
        return latencyNs[number];
    }

    /** From the beginning of a step to the end of the iteration, if no message were in another's way: the longest chain that begins with it. */
    long leftNs(int number) {
        return leftNs[number];
    }
}
