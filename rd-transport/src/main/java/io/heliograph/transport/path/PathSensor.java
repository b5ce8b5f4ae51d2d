package io.heliograph.transport.path;

/**
 * Senses the condition of each path from what its packets met: the sensing half of Hermes (Zhang et al., "Resilient Datacenter Load Balancing in the
 * Wild", SIGCOMM 2017), whose other half is {@link AdaptiveSpray}. What a path is like is judged against the other paths of the same peer.
 *
 * <p>Paths are counted from 0. Called by the engine's thread only; nothing here allocates.
 */
interface PathSensor {
    /** A packet or probe arrived by a path. */
    void acknowledged(int path, long rttNs);

    /** A packet is taken for lost on a path, because others that were sent later arrived; {@code waitedNs} is how long ago it was sent. */
    void lost(int path, long waitedNs);

    /** Forgets the losses of a path: it begins anew. */
    void forgiveLosses(int path);

    /** Whether packets take much longer by this path than by the others: congestion, or a detour. */
    boolean isSlow(int path);

    /** Whether a path loses far more than the others, although some of its packets arrive. */
    boolean isLossy(int path);

    /** Smoothed round-trip time, nanoseconds; 0 if not measured yet. */
    long smoothedRttNs(int path);

    /** How long to wait for the answer to a probe, nanoseconds. */
    long probeTimeoutNs(int path);
}
