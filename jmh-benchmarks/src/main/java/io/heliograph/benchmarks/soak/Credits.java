package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;

/**
 * How far its queues got, as each end WRITEs it into the other's memory, on a work queue of their own. One thread; allocates nothing
 * between two epochs.
 */
final class Credits {

    /** Memory regions that it registers. */
    static final int REGIONS = 2;

    /** Cookie of a WRITE of credits. */
    static final long COOKIE = -2;

    private final int queue;
    private final CreditWords words;
    private final Checks checks;
    private MemoryRegion source = new MemoryRegion(0, 1, 0, 0);
    private MemoryRegion target = source;
    private RemoteRegion remote = new RemoteRegion(0, 0, 0);
    private boolean underWay;
    private boolean news;

    /**
     * @param queue the work queue after those of the messages
     */
    Credits(Arena arena, int queue, Checks checks) {
        this.queue = queue;
        this.words = new CreditWords(arena, queue);
        this.checks = checks;
    }

    /** Begins an epoch. */
    void open(Endpoint endpoint) {
        underWay = false;
        news = false;
        source = words.registerTold(endpoint);
        target = words.registerHeard(endpoint);
    }

    /** Where the peer writes to. */
    MemoryRegion target() {
        return target;
    }

    /** Where the peer's are. */
    void to(RemoteRegion region) {
        remote = region;
    }

    /** Ends an epoch whose endpoint goes on. */
    void deregister(Endpoint endpoint) {
        endpoint.deregister(source);
        endpoint.deregister(target);
    }

    long lengthBytes() {
        return words.lengthBytes();
    }

    /** A queue got further. */
    void onNews() {
        news = true;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Whether the peer was told everything. */
    boolean isQuiet() {
        return !underWay && !news;
    }

    /** Tells the peer's queues how far theirs got; one WRITE at a time, for two could overtake each other. */
    void tell(Incoming[] incoming, Endpoint endpoint, int peer) {
        if (!news || underWay) {
            return;
        }
        news = false;
        boolean changed = false;
        for (int i = 0; i < incoming.length; i++) {
            changed |= words.tell(i, incoming[i].life(), incoming[i].base());
        }
        if (changed) {
            underWay = write(endpoint, peer, words.lengthBytes(), COOKIE);
            news = !underWay;
        }
    }

    /** Hands on what the peer told. */
    void take(Outgoing[] outgoing) {
        for (int i = 0; i < outgoing.length; i++) {
            long number = words.heard(i, outgoing[i].life());
            if (number > 0) {
                outgoing[i].credit(number);
            }
        }
    }

    /** WRITEs the first bytes of the words, or none at all; whether there was room for that. */
    boolean write(Endpoint endpoint, int peer, long lengthBytes, long cookie) {
        int code = endpoint.write(queue, peer, source, 0, lengthBytes, remote.address(), remote.key(), cookie);
        if (code != Post.OK && code != Post.RING_FULL) {
            throw new RunFailure("a WRITE of credits was not taken: " + Post.describe(code));
        }
        return code == Post.OK;
    }

    void onWritten(int status) {
        underWay = false;
        if (status != CompletionStatus.SUCCESS && status != CompletionStatus.PEER_RESTARTED) {
            checks.fail("a WRITE of credits failed: " + CompletionStatus.describe(status));
        }
    }
}
