package io.heliograph.transport.simulation;

import io.heliograph.transport.Tunables;
import java.util.Arrays;

/** No packet of any kind is written for an entropy value that there is not, or that the node's operator denies towards the packet's destination (R11.1 to R11.3). */
final class PathCheck {
    private final long[] denied;

    /** Some paths, a bit each, are denied towards everybody. */
    PathCheck(int nodes, long deniedPaths) {
        denied = new long[nodes];
        Arrays.fill(denied, deniedPaths);
    }

    /** A bit for each path that is denied towards a node. */
    long denied(int to) {
        return denied[to];
    }

    void deny(int to, int path) {
        denied[to] |= 1L << path;
    }

    void permit(int to, int path) {
        denied[to] &= ~(1L << path);
    }

    /** A packet leaves. */
    void onPacket(int node, int to, int entropy) {
        int path = entropy - Tunables.ENTROPY_BASE;
        boolean known = path >= 0 && path < Tunables.ENTROPY_VALUES;
        if (!known || (denied[to] >>> path & 1) != 0) {
            throw new Violation(
                    PathCheck.class,
                    "node " + node + " sent to node " + to + " by " + (known ? "denied" : "unknown") + " path " + path);
        }
    }
}
