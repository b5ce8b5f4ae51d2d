package io.heliograph.transport;

import java.util.BitSet;
import java.util.Locale;

/** Which paths an endpoint uses towards each peer, and how it chooses among them (R11). Immutable: each {@code with} method makes another. */
public final class PathConfig {
    private final PathSpray spray;
    private final int paths;
    /** By their distance from the first entropy value. */
    private final BitSet denied;

    private PathConfig(PathSpray spray, int paths, BitSet denied) {
        this.spray = spray;
        this.paths = paths;
        this.denied = denied;
    }

    /** The default number of paths, none denied. */
    public static PathConfig of(PathSpray spray) {
        return new PathConfig(spray, Tunables.ENTROPY_VALUES, new BitSet());
    }

    /** How packets are sprayed. */
    public PathSpray spray() {
        return spray;
    }

    /** Entropy values per peer: 0xC000 and the ones after it. */
    public int paths() {
        return paths;
    }

    /**
     * The same with another number of {@link #paths}.
     *
     * @throws IllegalArgumentException if it is not 16 to 256, or leaves out a denied one
     */
    public PathConfig withPaths(int value) {
        if (value < Tunables.MIN_PATHS || value > Tunables.MAX_PATHS) {
            throw new IllegalArgumentException("paths: count=" + value + "; from " + Tunables.MIN_PATHS + " to "
                    + Tunables.MAX_PATHS + " entropy values are possible");
        }
        if (denied.length() > value) {
            throw new IllegalArgumentException("paths: count=" + value + " but entropy="
                    + (Tunables.ENTROPY_BASE + denied.length() - 1) + " is denied; set the count first");
        }
        return new PathConfig(spray, value, denied);
    }

    /** Whether the operator forbids a path from the start. */
    public boolean isDenied(int entropy) {
        return entropy >= Tunables.ENTROPY_BASE && denied.get(entropy - Tunables.ENTROPY_BASE);
    }

    /**
     * The same with more paths denied to begin with, towards every peer (R11.3).
     *
     * @throws IllegalArgumentException if one is not among the {@link #paths}, or none is left
     */
    public PathConfig withDenied(int... entropies) {
        BitSet more = (BitSet) denied.clone();
        for (int entropy : entropies) {
            if (entropy < Tunables.ENTROPY_BASE || entropy >= Tunables.ENTROPY_BASE + paths) {
                throw new IllegalArgumentException("paths: deny entropy=" + entropy + "; they are "
                        + Tunables.ENTROPY_BASE + " to " + (Tunables.ENTROPY_BASE + paths - 1));
            }
            more.set(entropy - Tunables.ENTROPY_BASE);
        }
        if (more.cardinality() == paths) {
            throw new IllegalArgumentException("paths: all " + paths + " are denied; leave at least one");
        }
        return new PathConfig(spray, paths, more);
    }

    /** For people: such as "adaptive over 64 paths, 2 denied". */
    @Override
    public String toString() {
        String text = spray.name().toLowerCase(Locale.ROOT) + " over " + paths + " paths";
        return denied.isEmpty() ? text : text + ", " + denied.cardinality() + " denied";
    }
}
