package io.heliograph.transport.path;

import io.heliograph.transport.RandomSource;
import io.heliograph.transport.Tunables;

/**
 * The entropy values of one peer in an order of their own, so that senders that start together do not march over the same links in step.
 *
 * <p>A path is known by its place in this order: 0 to {@link #paths} - 1.
 */
final class PathOrder {
    static final int NONE = -1;

    private final int firstEntropy;
    /** Less than 256, as places are: bytes without a sign. */
    private final byte[] offsets;

    private final byte[] places;

    /**
     * Consecutive entropy values, shuffled.
     *
     * @throws IllegalArgumentException if they are too few, too many, or outside of R11.1
     */
    PathOrder(int firstEntropy, int paths, RandomSource random) {
        if (paths < Tunables.MIN_PATHS || paths > Tunables.MAX_PATHS) {
            throw new IllegalArgumentException("paths: count=" + paths + "; from " + Tunables.MIN_PATHS + " to "
                    + Tunables.MAX_PATHS + " entropy values are possible");
        }
        if (firstEntropy < Tunables.ENTROPY_BASE || firstEntropy > PathTimers.ENTROPY_END - paths) {
            throw new IllegalArgumentException("paths: firstEntropy=" + firstEntropy + " count=" + paths
                    + "; entropy values are " + Tunables.ENTROPY_BASE + " to " + (PathTimers.ENTROPY_END - 1));
        }
        this.firstEntropy = firstEntropy;
        offsets = new byte[paths];
        places = new byte[paths];
        for (int place = 0; place < paths; place++) {
            // Fisher and Yates, from the inside out.
            int other = random.nextInt(place + 1);
            offsets[place] = offsets[other];
            offsets[other] = (byte) place;
        }
        for (int place = 0; place < paths; place++) {
            places[Byte.toUnsignedInt(offsets[place])] = (byte) place;
        }
    }

    int paths() {
        return places.length;
    }

    int entropy(int path) {
        return firstEntropy + Byte.toUnsignedInt(offsets[path]);
    }

    /** The path of an entropy value, or {@link #NONE}. */
    int path(int entropy) {
        int offset = entropy - firstEntropy;
        return offset >= 0 && offset < places.length ? Byte.toUnsignedInt(places[offset]) : NONE;
    }

    /** The path of an entropy value that must be among these. */
    int requirePath(int entropy) {
        int path = path(entropy);
        if (path == NONE) {
            throw unknown(entropy, firstEntropy, places.length);
        }
        return path;
    }

    /** What is thrown when a path is not among a peer's. */
    static IllegalArgumentException unknown(int entropy, int firstEntropy, int paths) {
        return new IllegalArgumentException(
                "path: entropy=" + entropy + "; this peer's are " + firstEntropy + " to " + (firstEntropy + paths - 1));
    }

    /** What is thrown when a path that must not be denied would be. */
    static IllegalArgumentException allDenied(int entropy) {
        return new IllegalArgumentException(
                "path: deny entropy=" + entropy + "; it is the last one that is not denied, permit another first");
    }
}
