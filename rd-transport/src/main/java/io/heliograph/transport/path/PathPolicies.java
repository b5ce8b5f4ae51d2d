package io.heliograph.transport.path;

import io.heliograph.transport.PathConfig;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.Tunables;

/** The policies that a configuration can ask for. */
public final class PathPolicies {
    private PathPolicies() {}

    /**
     * The policy of one engine towards one peer; no path is denied yet.
     *
     * @param random the policy's own from here on
     * @param observer is told of every change of state
     */
    public static PathPolicy of(PathConfig config, RandomSource random, PathObserver observer) {
        return switch (config.spray()) {
            case OBLIVIOUS -> new ObliviousSpray(Tunables.ENTROPY_BASE, config.paths(), random, observer);
            case ADAPTIVE -> new AdaptiveSpray(Tunables.ENTROPY_BASE, config.paths(), random, observer);
        };
    }
}
