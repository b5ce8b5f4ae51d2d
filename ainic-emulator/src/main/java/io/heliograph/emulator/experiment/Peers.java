package io.heliograph.emulator.experiment;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How large the tables of each host's endpoint must be for a list of steps. */
final class Peers {
    private static final int MOST_SUBMISSIONS = 4096;
    private static final int LEAST = 16;

    private final int[] peers;
    private final int[] messages;
    private long longestBytes = 1;

    private Peers(int hosts) {
        peers = new int[hosts];
        messages = new int[hosts];
    }

    static Peers of(List<Step> steps, int hosts) {
        Peers sizes = new Peers(hosts);
        Set<Long> seen = new HashSet<>();
        for (Step step : steps) {
            if (!step.isComputation()) {
                sizes.longestBytes = Math.max(sizes.longestBytes, step.bytes());
                sizes.messages[step.from()]++;
                long least = Math.min(step.from(), step.to());
                long greatest = Math.max(step.from(), step.to());
                if (seen.add(least << 32 | greatest)) {
                    sizes.peers[step.from()]++;
                    sizes.peers[step.to()]++;
                }
            }
        }
        return sizes;
    }

    /** Bytes of the longest message. */
    long longestBytes() {
        return longestBytes;
    }

    /** Entries of a host's table of peers: of those that are not numbered beforehand an eighth stays free (R1.3). */
    int tableSize(int host) {
        return Math.max(LEAST, peers[host] + peers[host] / 7 + 1);
    }

    /** Posts of a host at once: all, or as many as make sense. */
    int submissionEntries(int host) {
        int most = Math.clamp(messages[host], LEAST, MOST_SUBMISSIONS);
        return Integer.highestOneBit(2 * most - 1);
    }
}
