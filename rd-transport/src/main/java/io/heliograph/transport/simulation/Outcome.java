package io.heliograph.transport.simulation;

import io.heliograph.transport.EndpointCounter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a scenario ended.
 *
 * @param failure what went wrong, or null
 * @param traceHash differs if anything that was sent or completed differs
 * @param messages posted
 * @param frames sent
 * @param cycles duty cycles of all nodes
 * @param virtualNs time that passed in the simulation
 * @param statuses with which posts completed
 * @param counted what the endpoints of the end have counted at least once
 */
public record Outcome(
        @Nullable Throwable failure,
        long traceHash,
        int messages,
        long frames,
        long cycles,
        long virtualNs,
        Set<Integer> statuses,
        Set<EndpointCounter> counted) {
    /** Takes copies of the sets. */
    public Outcome {
        statuses = Set.copyOf(statuses);
        counted = Set.copyOf(counted);
    }

    /** Whether all promises were kept. */
    public boolean passed() {
        return failure == null;
    }

    /** What kind of failure it is: the checker's name or the exception's; empty if it passed. Shrinking keeps it. */
    public String kind() {
        return failure == null
                ? ""
                : failure instanceof Violation violation
                        ? violation.checker()
                        : failure.getClass().getSimpleName();
    }
}
