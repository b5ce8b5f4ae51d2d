package io.heliograph.collectives;

import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.cost.Costs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a communicator chooses algorithms by. Ranks may differ in all but the program: each says its own host, and rank 0's costs go to all.
 *
 * @param host what this rank's host is called, the same at all ranks that are to count as on one host; null for the machine's own identity
 * @param program what {@link Algorithm#MSCCL} runs, the same at all ranks; else null
 * @param costs the constants of the cost model; null to have them from {@code costFile}
 * @param costFile read for {@code costs}, and written after they were measured because it had none for this machine; null, and no costs, to choose by {@link CommunicatorConfig#directBytes}, or as {@code byThresholds} says
 * @param leastLentBytes pieces from this length on, out of memory that {@link Communicator#allocate} gave, are read there by ranks of this host instead of being written to them; at least 1, {@link
 *     #NEVER_LENT} for none
 */
public record Tuning(
        @Nullable String host,
        @Nullable MscclProgram program,
        @Nullable Costs costs,
        @Nullable Path costFile,
        int leastLentBytes,
        boolean byThresholds) {
    /** {@link #leastLentBytes}: longer than any piece. */
    public static final int NEVER_LENT = Integer.MAX_VALUE;

    /** By the machine's identity; by the user's cost file in a {@link io.heliograph.collectives.execute.JobCommunicator}, elsewhere by thresholds; pieces are lent from 4 KiB on. */
    public static final Tuning DEFAULT = new Tuning(null, null, null, null, 4 << 10, false);

    private static final int MOST_HOST_CHARACTERS = 64;

    /** Checks the host's name and the length. */
    public Tuning {
        if (leastLentBytes < 1) {
            throw new IllegalArgumentException("tuning: leastLentBytes=" + leastLentBytes + "; at least 1");
        }
        if (host != null && (host.isEmpty() || host.length() > MOST_HOST_CHARACTERS)) {
            throw new IllegalArgumentException(
                    "tuning: host=" + host + "; 1 to " + MOST_HOST_CHARACTERS + " characters");
        }
        if (byThresholds && (costs != null || costFile != null)) {
            throw new IllegalArgumentException(
                    "tuning: costs=" + costs + " costFile=" + costFile + " by thresholds; give one of them");
        }
    }

    /** The same with another {@link #host}. */
    public Tuning withHost(@Nullable String value) {
        return new Tuning(value, program, costs, costFile, leastLentBytes, byThresholds);
    }

    /** The same with another {@link #program}. */
    public Tuning withProgram(@Nullable MscclProgram value) {
        return new Tuning(host, value, costs, costFile, leastLentBytes, byThresholds);
    }

    /** The same with other {@link #costs}. */
    public Tuning withCosts(@Nullable Costs value) {
        return new Tuning(host, program, value, costFile, leastLentBytes, byThresholds && value == null);
    }

    /** The same with another {@link #costFile}. */
    public Tuning withCostFile(@Nullable Path value) {
        return new Tuning(host, program, costs, value, leastLentBytes, byThresholds && value == null);
    }

    /** The same with another {@link #leastLentBytes}. */
    public Tuning withLeastLentBytes(int value) {
        return new Tuning(host, program, costs, costFile, value, byThresholds);
    }

    /** The same without {@link #costs} and {@link #costFile}, and {@link #byThresholds}: nothing is measured, no file is read or written. */
    public Tuning withThresholds() {
        return new Tuning(host, program, null, null, leastLentBytes, true);
    }
}
