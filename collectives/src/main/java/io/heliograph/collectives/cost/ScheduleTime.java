package io.heliograph.collectives.cost;

import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a schedule takes by {@link Costs}: each rank has a clock of its own, that a step moves on. Whoever sends is busy for the whole message, which is there when it is sent; what was
 * received is reduced or copied at its cost. Pieces follow each other as the communicator has them; of many, the first are looked at, and the rest taken for alike.
 *
 * <p>All ranks get the same result from the same constants: nothing depends on an order.
 */
public final class ScheduleTime {
    private static final int MOST_PIECES = 12;

    private final Schedule schedule;
    private final Hosts hosts;
    private final Costs costs;
    private final double partBytes;
    private final double pieceBytes;
    private final double[] clocksNs;
    private final int[] steps;
    private final int[] piece;
    /** By sender and receiver: when messages are there. */
    private final Map<Long, Deque<Double>> channels = new HashMap<>();

    private ScheduleTime(Schedule schedule, Hosts hosts, Costs costs, double partBytes, double pieceBytes) {
        this.schedule = schedule;
        this.hosts = hosts;
        this.costs = costs;
        this.partBytes = partBytes;
        this.pieceBytes = pieceBytes;
        clocksNs = new double[schedule.ranks()];
        steps = new int[schedule.ranks()];
        piece = new int[schedule.ranks()];
    }

    /**
     * The time until the last rank is done, in nanoseconds.
     *
     * @param schedule a valid one
     * @param partBytes of one rank's part of the buffers, or of all where ranks have no parts
     * @param pieceBytes what chunks are cut into
     */
    public static double ns(Schedule schedule, Hosts hosts, Costs costs, long partBytes, int pieceBytes) {
        double chunkBytes = (double) partBytes / schedule.chunksOfPart();
        double pieces = Math.max(1, Math.ceil(chunkBytes / pieceBytes));
        if (pieces <= MOST_PIECES) {
            return new ScheduleTime(schedule, hosts, costs, (double) partBytes, pieceBytes).run();
        }
        double whole = (double) pieceBytes * schedule.chunksOfPart();
        double half = new ScheduleTime(schedule, hosts, costs, whole * MOST_PIECES / 2, pieceBytes).run();
        double all = new ScheduleTime(schedule, hosts, costs, whole * MOST_PIECES, pieceBytes).run();
        return all + (all - half) * (chunkBytes / pieceBytes - MOST_PIECES) / (MOST_PIECES / 2.0);
    }

    private double run() {
        int pieces = (int) Math.max(1, Math.ceil(partBytes / schedule.chunksOfPart() / pieceBytes));
        List<Integer> running = new ArrayList<>();
        for (int rank = 0; rank < schedule.ranks(); rank++) {
            running.add(rank);
        }
        while (!running.isEmpty()) {
            running.removeIf(rank -> {
                while (piece[rank] < pieces && advance(rank)) {
                    if (++steps[rank] >= schedule.programs().get(rank).size()) {
                        steps[rank] = 0;
                        piece[rank]++;
                    }
                }
                return piece[rank] == pieces || schedule.programs().get(rank).isEmpty();
            });
        }
        double last = 0;
        for (double clock : clocksNs) {
            last = Math.max(last, clock);
        }
        return last;
    }

    private boolean advance(int rank) {
        Step step = schedule.programs().get(rank).get(steps[rank]);
        double bytes = bytes(step.kind() == Step.Kind.SEND ? step.left() : step.to(), piece[rank]);
        if (bytes <= 0 && piece[rank] > 0) {
            return true;
        }
        if (step.kind() == Step.Kind.SEND) {
            Link link = hosts.isSame(rank, step.peer()) ? costs.within() : costs.across();
            clocksNs[rank] += link.timeNs(bytes);
            channel(rank, step.peer()).add(clocksNs[rank]);
            return true;
        }
        if (step.receives()) {
            Double arrivalNs = channel(step.peer(), rank).poll();
            if (arrivalNs == null) {
                return false;
            }
            clocksNs[rank] = Math.max(clocksNs[rank], arrivalNs);
        }
        clocksNs[rank] += switch (step.kind()) {
            case REDUCE -> bytes * costs.reduceNsPerByte();
            case RECEIVE, COPY -> bytes * costs.copyNsPerByte();
            case FINISH, SEND -> 0;
        };
        return true;
    }

    private double bytes(Place place, int number) {
        // All chunks as long as the average: which are an element longer does not matter.
        return place.buffer() == Place.Buffer.RECEIVED
                ? 0
                : Math.clamp(partBytes / schedule.chunksOfPart() - number * pieceBytes, 0, pieceBytes);
    }

    private Deque<Double> channel(int from, int to) {
        return channels.computeIfAbsent((long) from << Integer.SIZE | to, _ -> new ArrayDeque<>());
    }
}
