package io.heliograph.transport.path;

import io.heliograph.transport.RandomSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sprays packets over the paths that look good, passes over those that look congested, and leaves and probes those that look dead.
 *
 * <p>The states are much like those of entropy values in OCP MRC 1.0, congestion is passed over as in STrack (Le et al., 2024) and REPS (Bonato et al.,
 * "REPS: Recycling Entropies for Packet Spraying to Adaptively Explore Paths and Mitigate Failures", 2024), and leaving a path at the first sign of its death is PRR's idea (Wetherall et al., SIGCOMM 2023). What differs:
 * one loss does not condemn. MRC's switches trim what they cannot queue, so that a loss means a broken path; here switches need not trim. A loss is
 * therefore weighed by when its packet was sent:
 *
 * <ul>
 *   <li>If a packet that was sent later by the same path arrived, the path lives.
 *   <li>Otherwise the path is suspected: it loses its share of data at once, and three probes, which cost next to nothing, decide.
 *   <li>Either way its share of losses is noted, and condemns it when it is far above the others'. (Hermes, SIGCOMM 2017, judges by the
 *       share that was sent again, too, but against a fixed threshold.)
 * </ul>
 *
 * <p>Any sign of life that was sent after the last sign of death brings a path back. While more paths are suspected than not, the suspected ones carry data
 * too: more than half of a network rarely dies at once, but a crowded last hop hits every path alike, and the few that were lucky must not get everything.
 * If no path is left but those assumed bad, they are used in turn; their packets are probes as well.
 */
public final class AdaptiveSpray implements PathPolicy {
    private static final PathState[] STATES = PathState.values();

    private final PathOrder order;
    private final PathSensor sensor;
    private final PathProbes probes;
    private final RandomSource random;
    private final PathObserver observer;
    /** Ordinals of {@link PathState}. */
    private final byte[] states;

    /** Good and skipped paths. */
    private final PathBits round;

    private final PathBits suspected;
    private final PathBits bad;
    private final byte[] turnsToSkip;
    /** When the latest transmission that is known to have arrived was sent. */
    private final long[] aliveSentNs;
    /** Made when a path is in doubt for the first time; see {@link #doubts}. */
    private @Nullable Doubts doubts;

    private int skipped;
    private int permitted;
    private int cursor;

    /**
     * A policy over consecutive entropy values, all good.
     *
     * @param firstEntropy the least of them; all must lie in 0xC000 to 0xFFFF
     * @param paths their number, 16 to 256
     * @param random shuffles their order, makes nonces and spreads probes; the policy's own from here on
     * @throws IllegalArgumentException if a value is out of range
     */
    public AdaptiveSpray(int firstEntropy, int paths, RandomSource random) {
        this(firstEntropy, paths, random, PathObserver.NONE);
    }

    /** The same with an observer, which is told of every change of state. */
    public AdaptiveSpray(int firstEntropy, int paths, RandomSource random, PathObserver observer) {
        this(firstEntropy, paths, random, observer, new EndToEndSensor(paths));
    }

    /** With another sensor, one whose paths are as many. */
    AdaptiveSpray(int firstEntropy, int paths, RandomSource random, PathObserver observer, PathSensor sensor) {
        order = new PathOrder(firstEntropy, paths, random);
        this.sensor = sensor;
        this.random = random;
        this.observer = observer;
        probes = new PathProbes(paths, random);
        states = new byte[paths];
        round = new PathBits(paths);
        suspected = new PathBits(paths);
        bad = new PathBits(paths);
        turnsToSkip = new byte[paths];
        aliveSentNs = new long[paths];
        permitted = paths;
        Arrays.fill(aliveSentNs, Long.MIN_VALUE);
        for (int path = 0; path < paths; path++) {
            setState(path, PathState.GOOD);
            round.add(path);
        }
    }

    /** What is remembered of paths that were in doubt, for each path. */
    private static final class Doubts {
        /** When the latest transmission was sent that is taken for lost while nothing later arrived. */
        private final long[] deadSentNs;

        private final byte[] unanswered;
        private final long[] intervalsNs;
        private final long[] returnedNs;

        Doubts(int paths) {
            deadSentNs = new long[paths];
            unanswered = new byte[paths];
            intervalsNs = new long[paths];
            returnedNs = new long[paths];
            Arrays.fill(deadSentNs, Long.MIN_VALUE);
        }
    }

    private Doubts doubts() {
        Doubts made = doubts;
        if (made == null) {
            made = new Doubts(states.length);
            doubts = made;
        }
        return made;
    }

    private PathState stateOf(int path) {
        return STATES[states[path]];
    }

    @SuppressWarnings("EnumOrdinal") // kept nowhere else
    private void setState(int path, PathState state) {
        states[path] = (byte) state.ordinal();
    }

    @Override
    public int nextEntropy(long nowNs) {
        if (round.size() >= suspected.size() && round.size() > skipped) {
            return nextGood();
        }
        int path;
        if (round.isEmpty() && suspected.isEmpty()) {
            path = bad.next(cursor);
        } else if (round.size() >= suspected.size()) {
            path = round.next(cursor);
        } else {
            path = round.nextOfEither(suspected, cursor);
        }
        cursor = path + 1;
        if (stateOf(path) == PathState.SKIPPED) {
            passTurn(path);
        }
        return order.entropy(path);
    }

    /** Passes over the skipped ones; each notice of congestion pays for its own turns, which makes this constant on average. */
    private int nextGood() {
        int path = round.next(cursor);
        while (stateOf(path) == PathState.SKIPPED) {
            passTurn(path);
            path = round.next(path + 1);
        }
        cursor = path + 1;
        return order.entropy(path);
    }

    private void passTurn(int path) {
        if (--turnsToSkip[path] == 0) {
            skipped--;
            become(path, PathState.GOOD);
        }
    }

    private void become(int path, PathState state) {
        PathState before = stateOf(path);
        setState(path, state);
        observer.changed(order.entropy(path), before, state);
    }

    @Override
    public void acknowledged(int entropy, long sentNs, long nowNs) {
        int path = permittedPath(entropy);
        if (path == PathOrder.NONE) {
            return;
        }
        lives(path, sentNs, nowNs);
        if (stateOf(path) == PathState.GOOD && sensor.isSlow(path)) {
            skip(path);
        }
    }

    /** A packet or probe that was sent then arrived. */
    private void lives(int path, long sentNs, long nowNs) {
        sensor.acknowledged(path, Math.max(0, nowNs - sentNs));
        aliveSentNs[path] = Math.max(aliveSentNs[path], sentNs);
        if (isLeft(path) && sentNs >= doubts().deadSentNs[path]) {
            comeBack(path, nowNs);
        }
    }

    private boolean isLeft(int path) {
        return stateOf(path) == PathState.SUSPECTED || stateOf(path) == PathState.ASSUMED_BAD;
    }

    @Override
    public void trimmed(int entropy, long nowNs) {
        int path = permittedPath(entropy);
        if (path != PathOrder.NONE && !isLeft(path)) {
            skip(path);
        }
    }

    private void skip(int path) {
        if (stateOf(path) == PathState.GOOD) {
            become(path, PathState.SKIPPED);
            skipped++;
        }
        turnsToSkip[path] = (byte) Math.min(turnsToSkip[path] + PathTimers.SKIP_TURNS, PathTimers.MAX_SKIP_TURNS);
    }

    @Override
    public void lost(int entropy, long sentNs, long nowNs) {
        int path = permittedPath(entropy);
        if (path == PathOrder.NONE) {
            return;
        }
        if (!isLeft(path)) {
            // Once a path is left, what else was under way is part of the same event.
            sensor.lost(path, nowNs - sentNs);
            if (sensor.isLossy(path)) {
                leave(path);
                // What is under way proves nothing: some of it will arrive.
                doubts().deadSentNs[path] = nowNs;
                assumeBad(path, nowNs);
                return;
            }
        }
        if (sentNs > aliveSentNs[path]) {
            suspect(path, sentNs, nowNs);
        }
    }

    @Override
    public void timedOut(int entropy, long sentNs, long nowNs) {
        int path = permittedPath(entropy);
        if (path != PathOrder.NONE && sentNs > aliveSentNs[path]) {
            suspect(path, sentNs, nowNs);
        }
    }

    private void suspect(int path, long sentNs, long nowNs) {
        doubts().deadSentNs[path] = Math.max(doubts().deadSentNs[path], sentNs);
        if (!isLeft(path)) {
            leave(path);
            become(path, PathState.SUSPECTED);
            suspected.add(path);
            doubts().unanswered[path] = 0;
            probes.start(path, nowNs);
        }
    }

    private void assumeBad(int path, long nowNs) {
        long firstNs = PathTimers.FIRST_INTERVAL_TIMEOUTS * sensor.probeTimeoutNs(path);
        boolean flapping =
                doubts().intervalsNs[path] != 0 && nowNs - doubts().returnedNs[path] < PathTimers.FLAP_MEMORY_NS;
        doubts().intervalsNs[path] =
                Math.min(flapping ? 2 * doubts().intervalsNs[path] : firstNs, PathTimers.MAX_PROBE_INTERVAL_NS);
        become(path, PathState.ASSUMED_BAD);
        bad.add(path);
        probes.start(path, nowNs + spread(doubts().intervalsNs[path]));
    }

    private void comeBack(int path, long nowNs) {
        if (stateOf(path) == PathState.ASSUMED_BAD) {
            doubts().returnedNs[path] = nowNs;
            sensor.forgiveLosses(path);
        }
        leave(path);
        join(path);
    }

    /** Takes a path out of whatever it is in. */
    private void leave(int path) {
        if (stateOf(path) == PathState.SKIPPED) {
            skipped--;
        }
        turnsToSkip[path] = 0;
        round.remove(path);
        suspected.remove(path);
        bad.remove(path);
        probes.stop(path);
    }

    private void join(int path) {
        become(path, PathState.GOOD);
        round.add(path);
    }

    @Override
    public int takeProbe(long nowNs) {
        for (int path = probes.due(nowNs); path != PathBits.NONE; path = probes.due(nowNs)) {
            if (probes.isOut(path)) {
                doubts().deadSentNs[path] = Math.max(doubts().deadSentNs[path], probes.sentNs(path));
                if (stateOf(path) == PathState.ASSUMED_BAD) {
                    doubts().intervalsNs[path] =
                            Math.min(2 * doubts().intervalsNs[path], PathTimers.MAX_PROBE_INTERVAL_NS);
                } else if (++doubts().unanswered[path] == PathTimers.SUSPICION_PROBES) {
                    leave(path);
                    assumeBad(path, nowNs);
                    continue;
                }
            }
            long waitNs = stateOf(path) == PathState.ASSUMED_BAD
                    ? spread(doubts().intervalsNs[path])
                    : sensor.probeTimeoutNs(path) << doubts().unanswered[path];
            return probes.send(path, order.entropy(path), nowNs, waitNs);
        }
        return NO_PROBE;
    }

    /** Up to an eighth less, so that the probes of paths that died together do not go on together. */
    private long spread(long intervalNs) {
        return intervalNs - random.nextInt((int) (intervalNs / 8) + 1);
    }

    @Override
    public boolean probeAnswered(int nonce, long nowNs) {
        int path = permittedPath(PathPolicy.probeEntropy(nonce));
        if (path == PathOrder.NONE || !probes.matches(path, nonce)) {
            return false;
        }
        probes.answered(path);
        lives(path, probes.sentNs(path), nowNs);
        return true;
    }

    @Override
    public long nextDeadlineNs() {
        return probes.firstDueNs();
    }

    @Override
    public void deny(int entropy) {
        int path = order.requirePath(entropy);
        if (stateOf(path) == PathState.DENIED) {
            return;
        }
        if (permitted == 1) {
            throw PathOrder.allDenied(entropy);
        }
        leave(path);
        become(path, PathState.DENIED);
        permitted--;
    }

    @Override
    public void permit(int entropy) {
        int path = order.requirePath(entropy);
        if (stateOf(path) == PathState.DENIED) {
            permitted++;
            if (doubts != null) {
                doubts.deadSentNs[path] = Long.MIN_VALUE;
                doubts.intervalsNs[path] = 0;
            }
            sensor.forgiveLosses(path);
            join(path);
        }
    }

    @Override
    public PathState state(int entropy) {
        return stateOf(order.requirePath(entropy));
    }

    @Override
    public long smoothedRttNs(int entropy) {
        return sensor.smoothedRttNs(order.requirePath(entropy));
    }

    private int permittedPath(int entropy) {
        int path = order.path(entropy);
        return path == PathOrder.NONE || stateOf(path) == PathState.DENIED ? PathOrder.NONE : path;
    }
}
