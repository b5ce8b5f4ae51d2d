package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.path.PathObserver;
import io.heliograph.transport.path.PathPolicies;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.path.PathState;
import io.heliograph.transport.path.PermittedPaths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which way one engine's packets to one peer take (R11): its path policy, what the operator forbids, and what observers see of it.
 *
 * <p>The policy is made when data is first sent: answers to those who only write take the permitted paths in turn. The engine's alone, but for {@link #states}.
 */
final class LanePaths implements PathObserver {
    private final PathConfig config;
    private final AtomicReference<PermittedPaths> permitted;
    private final long seed;
    private final Counters counters;

    /** What the policy was told is permitted. */
    private @Nullable PermittedPaths applied;

    private @Nullable PathPolicy policy;
    /** Made when one is not good for the first time. */
    private volatile @Nullable AtomicReferenceArray<PathState> states;

    private int lastAnswer = Tunables.ENTROPY_BASE;

    /**
     * No policy yet.
     *
     * @param permitted what the operator says, in the engines' next duty cycle
     * @param seed of the order of the paths, and all other chance
     */
    LanePaths(PathConfig config, AtomicReference<PermittedPaths> permitted, long seed, Counters counters) {
        this.config = config;
        this.permitted = permitted;
        this.seed = seed;
        this.counters = counters;
    }

    /** The entropy of the next packet. */
    int nextEntropy(long nowNs) {
        PathPolicy known = policy;
        if (known == null) {
            lastAnswer = permitted.get().after(lastAnswer);
            return lastAnswer;
        }
        obey(known);
        return known.nextEntropy(nowNs);
    }

    /** Whether an entropy value is one of the peer's, and the operator does not deny it. */
    boolean isPermitted(int entropy) {
        int path = entropy - Tunables.ENTROPY_BASE;
        return path >= 0 && path < config.paths() && permitted.get().contains(entropy);
    }

    /** The policy; data is sent by it. */
    PathPolicy policy() {
        PathPolicy known = policy;
        if (known == null) {
            // Mixed once more: neighbouring seeds must not give the same sequence, shifted.
            known = PathPolicies.of(config, new SeededRandom(new SeededRandom(seed).nextLong()), this);
            policy = known;
        }
        obey(known);
        return known;
    }

    private void obey(PathPolicy known) {
        PermittedPaths latest = permitted.get();
        if (latest != applied) {
            applied = latest;
            latest.apply(known);
        }
    }

    /** When a probe of a path is due; {@code Long.MAX_VALUE} if never. */
    long probeDeadlineNs() {
        PathPolicy known = policy;
        return known == null ? Long.MAX_VALUE : known.nextDeadlineNs();
    }

    /** R11.7: a probe was answered, of a path or another one; returns whether it was a path's latest. */
    boolean probeAnswered(int nonce, long nowNs) {
        PathPolicy known = policy;
        return known != null && (nonce & PathPolicy.PATH_NONCE) != 0 && known.probeAnswered(nonce, nowNs);
    }

    @Override
    public void changed(int entropy, PathState from, PathState to) {
        AtomicReferenceArray<PathState> shown = states;
        if (shown == null) {
            shown = new AtomicReferenceArray<>(config.paths());
            for (int i = 0; i < shown.length(); i++) {
                shown.setPlain(i, PathState.GOOD);
            }
            states = shown;
        }
        shown.setOpaque(entropy - Tunables.ENTROPY_BASE, to);
        switch (to) {
            case SUSPECTED -> counters.increment(EndpointCounter.PATHS_SUSPECTED);
            case ASSUMED_BAD -> counters.increment(EndpointCounter.PATHS_ASSUMED_BAD);
            case SKIPPED -> counters.increment(EndpointCounter.PATHS_SKIPPED);
            case GOOD -> {
                if (from == PathState.SUSPECTED || from == PathState.ASSUMED_BAD) {
                    counters.increment(EndpointCounter.PATHS_RETURNED);
                }
            }
            case DENIED -> {}
        }
    }

    /** The state of each path, in the order of their entropy values; any thread. */
    List<PathState> states() {
        AtomicReferenceArray<PathState> shown = states;
        PermittedPaths latest = permitted.get();
        List<PathState> list = new ArrayList<>(latest.paths());
        for (int i = 0; i < latest.paths(); i++) {
            PathState state = shown == null ? PathState.GOOD : shown.getOpaque(i);
            list.add(latest.contains(Tunables.ENTROPY_BASE + i) ? state : PathState.DENIED);
        }
        return list;
    }
}
