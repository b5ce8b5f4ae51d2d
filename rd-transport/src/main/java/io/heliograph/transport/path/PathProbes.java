package io.heliograph.transport.path;

import io.heliograph.transport.RandomSource;

/** The probe timer of each path: when its next probe is due, and whether the last one was answered. Which paths to probe is another's to say. */
final class PathProbes {
    private static final int NONE_OUT = 0;

    private final RandomSource random;
    private final PathBits timed;
    // Made for the first timer: most paths never are in doubt.
    private long[] dueNs = {};
    private long[] sentNs = {};
    private int[] tags = {};
    private final int paths;
    private long firstDueNs = Long.MAX_VALUE;

    PathProbes(int paths, RandomSource random) {
        this.random = random;
        this.paths = paths;
        timed = new PathBits(paths);
    }

    /** Starts a path's timer; the probe that is out, if any, counts no more. */
    void start(int path, long whenNs) {
        if (tags.length == 0) {
            dueNs = new long[paths];
            sentNs = new long[paths];
            tags = new int[paths];
        }
        timed.add(path);
        dueNs[path] = whenNs;
        tags[path] = NONE_OUT;
        firstDueNs = Math.min(firstDueNs, whenNs);
    }

    /** Stops a path's timer. */
    void stop(int path) {
        if (timed.contains(path)) {
            timed.remove(path);
            tags[path] = NONE_OUT;
            findFirst();
        }
    }

    /** A path whose timer ran out, or {@link PathBits#NONE}. To be started again, stopped, or sent a probe by. */
    int due(long nowNs) {
        if (nowNs >= firstDueNs) {
            for (int path = timed.from(0); path != PathBits.NONE; path = timed.from(path + 1)) {
                if (dueNs[path] <= nowNs) {
                    return path;
                }
            }
        }
        return PathBits.NONE;
    }

    /** Whether the probe before is not answered. */
    boolean isOut(int path) {
        return tags.length > 0 && tags[path] != NONE_OUT;
    }

    /** The probe that is out is answered; the timer goes on. */
    void answered(int path) {
        tags[path] = NONE_OUT;
    }

    /** When the latest probe was sent. */
    long sentNs(int path) {
        return sentNs[path];
    }

    /** Notes that a probe is sent; the timer runs out after {@code waitNs}. Returns its nonce. */
    int send(int path, int entropy, long nowNs, long waitNs) {
        tags[path] = 1 + random.nextInt(0xffff);
        sentNs[path] = nowNs;
        dueNs[path] = nowNs + waitNs;
        findFirst();
        return tags[path] << 16 | entropy;
    }

    /** Whether a nonce is that of the probe that is out. */
    boolean matches(int path, int nonce) {
        return isOut(path) && nonce >>> 16 == tags[path];
    }

    /** When {@link #due} has something; {@code Long.MAX_VALUE} if never. */
    long firstDueNs() {
        return firstDueNs;
    }

    private void findFirst() {
        firstDueNs = Long.MAX_VALUE;
        for (int path = timed.from(0); path != PathBits.NONE; path = timed.from(path + 1)) {
            firstDueNs = Math.min(firstDueNs, dueNs[path]);
        }
    }
}
