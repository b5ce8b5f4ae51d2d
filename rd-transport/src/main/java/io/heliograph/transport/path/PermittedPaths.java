package io.heliograph.transport.path;

import io.heliograph.transport.PathConfig;
import io.heliograph.transport.Tunables;

/** The paths towards one peer that the operator does not deny, never none of them (R11.3). Immutable; any thread. */
public final class PermittedPaths {
    private final int paths;
    private final PathBits permitted;

    private PermittedPaths(int paths, PathBits permitted) {
        this.paths = paths;
        this.permitted = permitted;
    }

    /** Those that a configuration does not deny. */
    public static PermittedPaths of(PathConfig config) {
        PathBits permitted = new PathBits(config.paths());
        for (int path = 0; path < config.paths(); path++) {
            if (!config.isDenied(Tunables.ENTROPY_BASE + path)) {
                permitted.add(path);
            }
        }
        return new PermittedPaths(config.paths(), permitted);
    }

    /**
     * Without one.
     *
     * @throws IllegalArgumentException if it is not among the peer's paths, or the last one
     */
    public PermittedPaths without(int entropy) {
        int path = requirePath(entropy);
        if (permitted.size() == 1 && permitted.contains(path)) {
            throw PathOrder.allDenied(entropy);
        }
        PathBits fewer = new PathBits(permitted);
        fewer.remove(path);
        return new PermittedPaths(paths, fewer);
    }

    /**
     * With one more.
     *
     * @throws IllegalArgumentException if it is not among the peer's paths
     */
    public PermittedPaths with(int entropy) {
        PathBits more = new PathBits(permitted);
        more.add(requirePath(entropy));
        return new PermittedPaths(paths, more);
    }

    private int requirePath(int entropy) {
        int path = entropy - Tunables.ENTROPY_BASE;
        if (path < 0 || path >= paths) {
            throw PathOrder.unknown(entropy, Tunables.ENTROPY_BASE, paths);
        }
        return path;
    }

    /** Whether an entropy value among the peer's is permitted. */
    public boolean contains(int entropy) {
        return permitted.contains(entropy - Tunables.ENTROPY_BASE);
    }

    /** The permitted entropy value after another, round and round. */
    public int after(int entropy) {
        return Tunables.ENTROPY_BASE + permitted.next(entropy - Tunables.ENTROPY_BASE + 1);
    }

    /** How many paths there are, denied ones included. */
    public int paths() {
        return paths;
    }

    /**
     * Denies and permits what is denied and permitted here.
     *
     * @param policy one over the same paths
     */
    public void apply(PathPolicy policy) {
        // First what is permitted, for the last permitted one could not be denied.
        for (int path = 0; path < paths; path++) {
            if (permitted.contains(path)) {
                policy.permit(Tunables.ENTROPY_BASE + path);
            }
        }
        for (int path = 0; path < paths; path++) {
            if (!permitted.contains(path)) {
                policy.deny(Tunables.ENTROPY_BASE + path);
            }
        }
    }
}
