package io.heliograph.transport.engine;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.PeerHeader;

/**
 * Another node and the relation with it: both incarnations, what is being sent, what is being received, and when it was last heard (R1).
 *
 * <p>Made on any thread, afterwards the engine's alone.
 */
public final class Peer {
    /** An incarnation that is not known. */
    static final int UNKNOWN = 0;

    private final int number;
    private final IpAddress address;
    private final PeerHeader header;
    private final Outbound outbound;
    private final EntropySpray paths = new EntropySpray();
    private final int windowPackets;

    private Inbound inbound;
    private int localIncarnation;
    private int remoteIncarnation = UNKNOWN;
    /** The first incarnation of the peer's that is not over, or UNKNOWN. */
    private int firstCurrent = UNKNOWN;

    private boolean reachable;
    private boolean fixed;
    private boolean active;

    private boolean waiting;
    // Never yet: before any moment, for a clock may start below zero.
    private long waitingSinceNs = Long.MIN_VALUE;
    private long lastHeardNs = Long.MIN_VALUE;
    private long lastProbeNs = Long.MIN_VALUE;

    Peer(int number, IpAddress address, PeerHeader header, int localIncarnation, int windowPackets, Outbound outbound) {
        this.number = number;
        this.address = address;
        this.header = header;
        this.localIncarnation = localIncarnation;
        this.windowPackets = windowPackets;
        this.outbound = outbound;
        inbound = new Inbound(this, windowPackets);
    }

    /** What completions call it. */
    int number() {
        return number;
    }

    /** Its IP address. */
    public IpAddress address() {
        return address;
    }

    PeerHeader header() {
        return header;
    }

    Outbound outbound() {
        return outbound;
    }

    Inbound inbound() {
        return inbound;
    }

    int nextEntropy() {
        return paths.next();
    }

    int localIncarnation() {
        return localIncarnation;
    }

    int remoteIncarnation() {
        return remoteIncarnation;
    }

    /** Whether its Ethernet address is known. */
    boolean isReachable() {
        return reachable;
    }

    void reachableAt(long sourceMac, long destinationMac) {
        if (fixed) {
            return;
        }
        header.ethernet(sourceMac, destinationMac);
        reachable = true;
    }

    /** Its Ethernet address is the application's to know. */
    void alwaysAt(long sourceMac, long destinationMac) {
        reachableAt(sourceMac, destinationMac);
        fixed = true;
    }

    /** Its Ethernet address is to be asked for again, unless the application told it. */
    void unreachable() {
        reachable = fixed;
    }

    /** Whether the engine serves it in each duty cycle. */
    boolean isActive() {
        return active;
    }

    void active(boolean value) {
        active = value;
    }

    /** R1.5: the peer's incarnation before which all are over, or UNKNOWN: what PSNs they used is forgotten, so nothing of them may be taken. */
    int earliestCurrent() {
        return remoteIncarnation == UNKNOWN ? firstCurrent : remoteIncarnation;
    }

    /** R1.5: whether an incarnation of the peer's is not over. */
    boolean isCurrent(int incarnation) {
        return earliestCurrent() == UNKNOWN || incarnation - earliestCurrent() >= 0;
    }

    /** The peer said that it is another now. */
    void isNow(int incarnation) {
        firstCurrent = firstCurrent == UNKNOWN || incarnation - firstCurrent > 0 ? incarnation : firstCurrent;
    }

    /** R1.2, R1.3: the peer's incarnation became known. */
    void learn(int incarnation) {
        remoteIncarnation = incarnation;
    }

    /** R1.4: only what is received from the peer starts anew. */
    void restartInbound(int incarnation) {
        inbound.abandon();
        inbound = new Inbound(this, windowPackets);
        remoteIncarnation = incarnation;
    }

    /** Both directions end; the next relation has an incarnation after this one and after {@code known}. */
    void endRelation(int status, int known) {
        localIncarnation = after(known - localIncarnation > 0 ? known : localIncarnation);
        if (remoteIncarnation != UNKNOWN) {
            isNow(after(remoteIncarnation));
        }
        restartInbound(UNKNOWN);
        waiting = false;
        outbound.abandon(status);
    }

    private static int after(int incarnation) {
        return incarnation + 1 == UNKNOWN ? 1 : incarnation + 1;
    }

    void heard(long nowNs) {
        lastHeardNs = nowNs;
    }

    /** Whether something is asked of the peer: a message is not acknowledged whole, or partly received. */
    boolean isWaiting() {
        return outbound.hasIncomplete() || inbound.hasPartial();
    }

    /** R1.8: whether the peer has been silent for the peer timeout while something was asked of it. */
    boolean isGone(long nowNs, long peerTimeoutNs) {
        boolean isWaiting = isWaiting();
        if (isWaiting && !waiting) {
            waitingSinceNs = nowNs;
        }
        waiting = isWaiting;
        return isWaiting && nowNs - silentSinceNs() >= peerTimeoutNs;
    }

    private long silentSinceNs() {
        return Math.max(waitingSinceNs, lastHeardNs);
    }

    /** Whether a probe is due: something is partly received, and the peer is silent. */
    boolean isProbeDue(long nowNs) {
        return inbound.hasPartial() && nowNs - Math.max(silentSinceNs(), lastProbeNs) >= Tunables.PROBE_INTERVAL_NS;
    }

    void probed(long nowNs) {
        lastProbeNs = nowNs;
    }

    /** When the peer must be served next; {@code nowNs} if at once. */
    long deadlineNs(long nowNs, long peerTimeoutNs) {
        long deadlineNs = reachable ? outbound.deadlineNs(nowNs) : Long.MAX_VALUE;
        if (isWaiting()) {
            deadlineNs = Math.min(deadlineNs, waiting ? silentSinceNs() + peerTimeoutNs : nowNs);
        }
        if (inbound.hasPartial()) {
            long probeNs = Math.max(silentSinceNs(), lastProbeNs) + Tunables.PROBE_INTERVAL_NS;
            deadlineNs = Math.min(deadlineNs, probeNs);
        }
        return deadlineNs;
    }
}
