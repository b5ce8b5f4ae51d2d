package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SequenceOrigin;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.path.PathPolicy;
import io.heliograph.transport.path.PathState;
import io.heliograph.transport.path.PermittedPaths;
import io.heliograph.transport.rate.RatePolicy;
import io.heliograph.transport.wire.PeerHeader;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Another node and the relation with it: both incarnations, the messages to and from it, and when it was last heard (R1). The packets are the
 * engines', each in its {@link Lane}.
 *
 * <p>Made on any thread; afterwards all but the number and the address is guarded by {@link #lock}, which is never held while payload is copied.
 */
public final class Peer {
    /** An incarnation that is not known. */
    static final int UNKNOWN = 0;
    /** No probe's: it has the bit of those that ask for a path. */
    private static final int NO_NONCE = PathPolicy.PATH_NONCE;

    private final int number;
    private final IpAddress address;
    private final Home home;
    private final SpinLock lock;
    private final Outbound outbound;
    private final DutyCycle[] cycles;
    private final int windowPackets;
    private final SequenceOrigin origin;
    private final Lane[] lanes;
    /** What the operator says, for the engines to see in their next duty cycle. */
    private final AtomicReference<PermittedPaths> permittedPaths;

    private Inbound inbound;
    /** Where the engines' duty cycles stood when {@link #inbound} was made, while one of them may still be the same. */
    private long[] cyclesBefore;

    private boolean settled = true;
    private int localIncarnation;
    private int remoteIncarnation = UNKNOWN;
    /** The first incarnation of the peer's that is not over, or UNKNOWN. */
    private int firstCurrent = UNKNOWN;

    /** The application wants it to last. */
    private boolean lasting;
    /** It wrote with a valid key. */
    private boolean proven;

    private boolean evicted;

    private boolean news;
    private boolean waiting;
    // Never yet: before any moment, for a clock may start below zero.
    private long waitingSinceNs = Long.MIN_VALUE;
    private long lastHeardNs = Long.MIN_VALUE;
    private long lastProbeNs = Long.MIN_VALUE;
    private long reachedSentNs = Long.MIN_VALUE;
    /** Of the latest probe, or {@link #NO_NONCE} if it was answered. */
    private int probeNonce = NO_NONCE;

    Peer(
            int number,
            IpAddress address,
            int localIncarnation,
            EndpointConfig config,
            Home home,
            MessagePool pool,
            DutyCycle[] cycles,
            Counters[] counters,
            RatePolicy[] rates,
            PeerHeader[] headers,
            PermittedPaths permitted,
            long[] pathSeeds) {
        this.number = number;
        this.address = address;
        this.home = home;
        this.localIncarnation = localIncarnation;
        windowPackets = config.windowPackets();
        origin = config.sequenceOrigin();
        this.cycles = cycles;
        lock = new SpinLock(cycles.length > 1);
        cyclesBefore = new long[cycles.length];
        outbound = new Outbound(this, config, home, pool);
        inbound = new Inbound(this, windowPackets);
        permittedPaths = new AtomicReference<>(permitted);
        lanes = new Lane[cycles.length];
        for (int i = 0; i < lanes.length; i++) {
            LanePaths paths = new LanePaths(config.paths(), permittedPaths, pathSeeds[i] ^ number, counters[i]);
            lanes[i] = new Lane(this, headers[i], windowPackets, rates[i], counters[i], paths);
        }
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Its place in the table of peers. */
    int slot() {
        return Peers.slot(number);
    }

    /** What completions call it. */
    int number() {
        return number;
    }

    /** Its IP address. */
    public IpAddress address() {
        return address;
    }

    /**
     * Forbids a path to the peer, for all engines from their next duty cycle on; any thread.
     *
     * @throws IllegalArgumentException if it is not among the peer's, or the last one
     */
    public void denyPath(int entropy) {
        permittedPaths.updateAndGet(paths -> paths.without(entropy));
    }

    /**
     * Permits a path to the peer, for all engines from their next duty cycle on; any thread.
     *
     * @throws IllegalArgumentException if it is not among the peer's
     */
    public void permitPath(int entropy) {
        permittedPaths.updateAndGet(paths -> paths.with(entropy));
    }

    /** What an engine thinks of each path to the peer, in the order of their entropy values; any thread. */
    public List<PathState> pathStates(int engine) {
        return lanes[engine].paths().states();
    }

    /** The share of one engine. */
    Lane lane(int engine) {
        return lanes[engine];
    }

    Outbound outbound() {
        return outbound;
    }

    Inbound inbound() {
        return inbound;
    }

    /** What each of its flows and queues begins with. */
    SequenceOrigin origin() {
        return origin;
    }

    int localIncarnation() {
        return localIncarnation;
    }

    int remoteIncarnation() {
        return remoteIncarnation;
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
        news = true;
    }

    /** Whether the relation began or ended since the last call, and other engines may have timers that go by that, or rates that remember. */
    boolean takeNews() {
        boolean any = news && outbound.trafficClasses() != 0;
        news = false;
        return any;
    }

    /** R1.4: only what is received from the peer starts anew. */
    void restartInbound(int incarnation) {
        inbound.abandon();
        inbound = new Inbound(this, windowPackets);
        remoteIncarnation = incarnation;
        for (int i = 0; i < cycles.length; i++) {
            cyclesBefore[i] = cycles[i].count();
        }
        settled = cycles.length == 1;
    }

    /** Whether no engine can still be placing a packet of the former {@link #inbound}: a late copy must not meet what comes after it (R4). */
    boolean isSettled(int ownEngine) {
        if (settled) {
            return true;
        }
        for (int i = 0; i < cycles.length; i++) {
            if (i != ownEngine && DutyCycle.isRunning(cyclesBefore[i]) && cycles[i].count() == cyclesBefore[i]) {
                return false;
            }
        }
        settled = true;
        return true;
    }

    /** Both directions end, and the application is told why; the next relation has an incarnation after this one and after {@code known}. */
    void endRelation(int status, int known) {
        localIncarnation = after(known - localIncarnation > 0 ? known : localIncarnation);
        if (remoteIncarnation != UNKNOWN) {
            // Of whom nothing was received nothing is forgotten: a peer that keeps no state goes on as it is.
            isNow(inbound.hasReceived() ? after(remoteIncarnation) : remoteIncarnation);
        }
        restartInbound(UNKNOWN);
        waiting = false;
        news = true;
        outbound.abandon(status);
        home.rings(0).putEvent(number, status);
    }

    /** The application wants the peer to last: it never gives way to another. */
    void last() {
        lasting = true;
    }

    /** The peer wrote with a valid key. */
    void proven() {
        proven = true;
    }

    /** R1.10: forgets a stranger of whom nothing is waited for, and who said nothing new for the peer timeout or never wrote with a valid key. */
    boolean evictIfIdle(long nowNs, long peerTimeoutNs) {
        boolean silent = !proven || lastHeardNs <= nowNs - peerTimeoutNs;
        if (lasting || !silent || isWaiting() || !inbound.isClean()) {
            return false;
        }
        evicted = true;
        inbound = new Inbound(this, windowPackets);
        return true;
    }

    /** Whether the peer was forgotten by {@link #evictIfIdle}: who found it before comes too late. */
    boolean isEvicted() {
        return evicted;
    }

    /** R1.9: what this node's incarnation is if the peer is another than the one known. */
    int challengeIncarnation() {
        return remoteIncarnation == UNKNOWN ? localIncarnation : after(localIncarnation);
    }

    /** The incarnation after another. */
    static int after(int incarnation) {
        return incarnation + 1 == UNKNOWN ? 1 : incarnation + 1;
    }

    /** R1.8: the peer showed that it is there, by what was not said before: what somebody recorded and sends again does not. */
    void heard(long nowNs) {
        lastHeardNs = Math.max(lastHeardNs, nowNs);
    }

    /** R9.6: something that was sent then arrived at the peer. */
    void reached(long sentNs) {
        reachedSentNs = Math.max(reachedSentNs, sentNs);
    }

    /** When the latest packet or probe was sent that is known to have arrived at the peer; {@link Long#MIN_VALUE} for none. */
    long reachedSentNs() {
        return reachedSentNs;
    }

    /** The same, and the latest probe, whether it arrived or not. */
    long askedNs() {
        return Math.max(reachedSentNs, lastProbeNs);
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

    /** Whether a probe is due: something is asked of the peer, and it is silent. */
    boolean isProbeDue(long nowNs) {
        return mayProbe() && nowNs - Math.max(silentSinceNs(), lastProbeNs) >= Tunables.PROBE_INTERVAL_NS;
    }

    /** Whether a probe can be answered, and is of use: something is asked of the peer, and its incarnation is known. */
    boolean mayProbe() {
        return remoteIncarnation != UNKNOWN && isWaiting();
    }

    /** A probe that asks for no path is sent. */
    void asks(int nonce) {
        probeNonce = nonce;
    }

    /** Whether the latest probe has this nonce, and was not answered before. */
    boolean isAnswered(int nonce) {
        boolean answered = nonce == probeNonce && nonce != NO_NONCE;
        if (answered) {
            reached(lastProbeNs);
        }
        probeNonce = answered ? NO_NONCE : probeNonce;
        return answered;
    }

    void probed(long nowNs) {
        lastProbeNs = nowNs;
    }

    /** When the peer's silence must be looked at next; {@code nowNs} if at once. */
    long deadlineNs(long nowNs, long peerTimeoutNs) {
        long deadlineNs = Long.MAX_VALUE;
        if (isWaiting()) {
            deadlineNs = waiting ? silentSinceNs() + peerTimeoutNs : nowNs;
        }
        if (mayProbe()) {
            long probeNs = Math.max(silentSinceNs(), lastProbeNs) + Tunables.PROBE_INTERVAL_NS;
            deadlineNs = Math.min(deadlineNs, probeNs);
        }
        return deadlineNs;
    }
}
