package io.heliograph.transport.path;

import io.heliograph.transport.RandomSource;

/**
 * Sprays packets over all paths in turn and learns nothing: the baseline, and right where the network itself routes around trouble.
 *
 * <p>Spraying each packet by chance is that of Dixit et al. ("On the Impact of Packet Spraying in Data Center Networks", INFOCOM 2013); going through the paths in an
 * order of one's own is NDP's (Handley et al., SIGCOMM 2017).
 */
public final class ObliviousSpray implements PathPolicy {
    private final PathOrder order;
    private final PathBits permitted;
    private final PathObserver observer;
    private int cursor;

    /**
     * A policy over consecutive entropy values, all permitted.
     *
     * @param firstEntropy the least of them; all must lie in 0xC000 to 0xFFFF
     * @param paths their number, 16 to 256
     * @param random shuffles their order
     * @throws IllegalArgumentException if a value is out of range
     */
    public ObliviousSpray(int firstEntropy, int paths, RandomSource random) {
        this(firstEntropy, paths, random, PathObserver.NONE);
    }

    /** The same with an observer, which is told what is denied and permitted. */
    public ObliviousSpray(int firstEntropy, int paths, RandomSource random, PathObserver observer) {
        this.observer = observer;
        order = new PathOrder(firstEntropy, paths, random);
        permitted = new PathBits(paths);
        for (int path = 0; path < paths; path++) {
            permitted.add(path);
        }
    }

    @Override
    public int nextEntropy(long nowNs) {
        int path = permitted.next(cursor);
        cursor = path + 1;
        return order.entropy(path);
    }

    @Override
    public void acknowledged(int entropy, long sentNs, long nowNs) {
        // Oblivious.
    }

    @Override
    public void trimmed(int entropy, long nowNs) {
        // Oblivious.
    }

    @Override
    public void lost(int entropy, long sentNs, long nowNs) {
        // Oblivious.
    }

    @Override
    public void timedOut(int entropy, long sentNs, long nowNs) {
        // Oblivious.
    }

    @Override
    public int takeProbe(long nowNs) {
        return NO_PROBE;
    }

    @Override
    public boolean probeAnswered(int nonce, long nowNs) {
        return false;
    }

    @Override
    public long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    @Override
    public void deny(int entropy) {
        int path = order.requirePath(entropy);
        if (permitted.size() == 1 && permitted.contains(path)) {
            throw PathOrder.allDenied(entropy);
        }
        if (permitted.contains(path)) {
            permitted.remove(path);
            observer.changed(entropy, PathState.GOOD, PathState.DENIED);
        }
    }

    @Override
    public void permit(int entropy) {
        int path = order.requirePath(entropy);
        if (!permitted.contains(path)) {
            permitted.add(path);
            observer.changed(entropy, PathState.DENIED, PathState.GOOD);
        }
    }

    @Override
    public PathState state(int entropy) {
        return permitted.contains(order.requirePath(entropy)) ? PathState.GOOD : PathState.DENIED;
    }

    @Override
    public long smoothedRttNs(int entropy) {
        order.requirePath(entropy);
        return 0;
    }
}
