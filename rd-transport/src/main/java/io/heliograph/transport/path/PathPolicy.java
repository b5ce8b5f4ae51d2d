package io.heliograph.transport.path;

/**
 * Chooses the entropy value, and so the path, of each packet to one peer (R11), and learns from what comes back.
 *
 * <p>One object for each peer and engine; the engine's thread is the only caller. No method allocates, and the same calls on the same seed give
 * the same answers. Times are those of the engine's clock, in nanoseconds. Entropy values that are not among the policy's own are ignored wherever
 * one is reported.
 *
 * <p>What is reported names a transmission, not a packet: {@code sentNs} is when it was sent and {@code entropy} which way it went. A packet that was
 * sent more than once is reported as acknowledged only if it is known which of its transmissions arrived (Karn's rule, RFC 6298 section 3).
 */
public interface PathPolicy {
    /** No path wants a probe. */
    int NO_PROBE = 0;

    /** A bit that is set in the nonce of every probe of a path, for entropy values are 0xC000 and up (R11.1); nonces of other probes have it clear. */
    int PATH_NONCE = 0x8000;

    /** The entropy value of the packet that is sent next: never that of a denied path, and always one, however bad all of them look. */
    int nextEntropy(long nowNs);

    /** A transmission arrived; its round trip took {@code nowNs - sentNs}. */
    void acknowledged(int entropy, long sentNs, long nowNs);

    /** A transmission lost its payload in a congested queue (R9.3). Nobody vouches for such a notice: it is a hint. */
    void trimmed(int entropy, long nowNs);

    /** A transmission is taken for lost, because others that were sent later arrived (R9.1). */
    void lost(int entropy, long sentNs, long nowNs);

    /** A transmission is taken for lost, because nothing at all arrived for a retransmission timeout (R9.2), or looks so until a tail probe is answered (R9.7). */
    void timedOut(int entropy, long sentNs, long nowNs);

    /**
     * The nonce of a probe that is to be sent now, or {@link #NO_PROBE}. To be asked until it says so, whenever {@link #nextDeadlineNs} has come and a
     * probe can be sent and answered: the port takes frames and the peer's incarnation is known. {@link #probeEntropy} tells its path.
     */
    int takeProbe(long nowNs);

    /** The entropy value by which a probe is to be sent: the low half of its nonce. The high half is chance. */
    static int probeEntropy(int nonce) {
        return nonce & 0xffff;
    }

    /**
     * A probe was answered.
     *
     * @return whether the nonce is that of a path's latest probe; if not, nothing changed
     */
    boolean probeAnswered(int nonce, long nowNs);

    /** When {@link #takeProbe} has something to do; {@code Long.MAX_VALUE} if never. */
    long nextDeadlineNs();

    /**
     * The operator forbids a path.
     *
     * @throws IllegalArgumentException if it is not among the policy's, or the last one that is not denied; nothing changed then
     */
    void deny(int entropy);

    /**
     * The operator permits a path again; it starts as a good one. One that is permitted stays as it is.
     *
     * @throws IllegalArgumentException if it is not among the policy's
     */
    void permit(int entropy);

    /**
     * What is thought of a path, for observers.
     *
     * @throws IllegalArgumentException if it is not among the policy's
     */
    PathState state(int entropy);

    /**
     * The smoothed round-trip time by a path in nanoseconds, for observers; 0 if it was not measured.
     *
     * @throws IllegalArgumentException if it is not among the policy's
     */
    long smoothedRttNs(int entropy);
}
