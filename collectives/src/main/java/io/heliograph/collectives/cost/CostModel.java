package io.heliograph.collectives.cost;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Schedules;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which algorithm takes least time by {@link ScheduleTime}. Sizes between two powers of two are one: their algorithm is chosen by the middle, at the first call, and known from then on without allocating. One thread at a time.
 */
public final class CostModel {
    private static final double MIDDLE = 1.5;

    private final Costs costs;
    private final Hosts hosts;
    private final int pieceBytes;
    /** By collective and number of bits of the size. */
    private final @Nullable Algorithm[][] chosen = new Algorithm[Collective.values().length][Long.SIZE + 1];

    /** A model of these ranks. */
    public CostModel(Costs costs, Hosts hosts, int pieceBytes) {
        this.costs = costs;
        this.hosts = hosts;
        this.pieceBytes = pieceBytes;
    }

    /** The constants. */
    public Costs costs() {
        return costs;
    }

    /** The one to take for a call of so many bytes, those of one rank's part of the buffers or of all where ranks have no parts. */
    @SuppressWarnings("EnumOrdinal") // not stored anywhere
    public Algorithm choose(Collective collective, long partBytes) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(partBytes);
        @Nullable Algorithm[] bySize = chosen[collective.ordinal()];
        Algorithm algorithm = bySize[bits];
        if (algorithm == null) {
            algorithm = best(collective, bits == 0 ? 0 : (long) Math.scalb(MIDDLE, bits - 1));
            bySize[bits] = algorithm;
        }
        return algorithm;
    }

    private Algorithm best(Collective collective, long partBytes) {
        Algorithm best = Algorithm.DIRECT;
        // Of as many rounds as messages at once, those wait for each other.
        double leastNs = collective == Collective.BARRIER
                ? timeNs(collective, Algorithm.DIRECT, partBytes)
                : Double.POSITIVE_INFINITY;
        for (Algorithm algorithm : Algorithm.values()) {
            double timeNs = timeNs(collective, algorithm, partBytes);
            if (timeNs < leastNs) {
                leastNs = timeNs;
                best = algorithm;
            }
        }
        return best;
    }

    /** How long it takes, in nanoseconds; infinite if the algorithm does not do it. */
    public double timeNs(Collective collective, Algorithm algorithm, long partBytes) {
        if (algorithm == Algorithm.HIERARCHICAL && (hosts.count() == 1 || hosts.count() == hosts.ranks())) {
            // There is no hierarchy.
            return Double.POSITIVE_INFINITY;
        }
        Optional<Schedule> schedule = collective == Collective.SEND_RECEIVE
                ? Optional.empty()
                : Schedules.of(collective, algorithm, hosts, 0);
        return schedule.map(each -> ScheduleTime.ns(each, hosts, costs, partBytes, pieceBytes))
                .orElse(Double.POSITIVE_INFINITY);
    }
}
