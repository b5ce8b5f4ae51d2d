package io.heliograph.transport.engine;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.Tunables;
import io.heliograph.transport.queue.SubmissionRing;
import io.heliograph.transport.rate.RatePolicy;
import java.lang.foreign.Arena;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/** The way in for posts: adds each as a message to what is sent to its peer, and has the other engines help with long ones (R10.1). */
final class PostReceiver {
    /** Peers that other engines want helped at once. */
    private static final int HELP_ENTRIES = 1024;

    private final int engine;
    private final EndpointConfig config;
    private final Peers peers;
    private final Home home;
    private final MessagePool pool;
    private final RatePolicy rates;
    private final ActiveLanes active;
    private final DataSender sender;
    private final int payloadBytes;
    private final SubmissionRing submissions;
    /** Peers with long messages that other engines took. */
    private final ManyToOneConcurrentArrayQueue<Peer> help = new ManyToOneConcurrentArrayQueue<>(HELP_ENTRIES);

    private PostReceiver[] others = {};

    PostReceiver(
            int engine,
            EndpointConfig config,
            Arena arena,
            Peers peers,
            Home home,
            MessagePool pool,
            RatePolicy rates,
            ActiveLanes active,
            DataSender sender,
            int payloadBytes) {
        this.engine = engine;
        this.config = config;
        this.peers = peers;
        this.home = home;
        this.pool = pool;
        this.rates = rates;
        this.active = active;
        this.sender = sender;
        this.payloadBytes = payloadBytes;
        submissions = new SubmissionRing(arena, config.submissionEntries());
    }

    /** Names those of the endpoint's other engines; before the first duty cycle. */
    void join(PostReceiver[] ofOthers) {
        others = ofOthers;
    }

    /** Where applications post. */
    SubmissionRing submissions() {
        return submissions;
    }

    /** Takes up to a budget of posts, and looks what to help with; returns how much there was. */
    int receive(long nowNs) {
        int taken = 0;
        @Nullable Lane posted = null;
        for (long entry = submissions.peek(); entry != 0 && taken < Tunables.POST_BUDGET; entry = submissions.peek()) {
            OutboundMessage message = pool.take();
            message.take(entry, payloadBytes, config);
            int peer = SubmissionRing.peer(entry);
            submissions.advance();
            @Nullable Lane lane = post(peer, message, nowNs);
            if (lane != posted) {
                // Once for all that is posted to the same peer in a row.
                wake(posted, nowNs);
                posted = lane;
            }
            taken++;
        }
        wake(posted, nowNs);
        return others.length > 0 ? taken + giveHelp(nowNs) : taken;
    }

    private void wake(@Nullable Lane lane, long nowNs) {
        if (lane != null) {
            active.stir(lane);
            sender.resume(lane, nowNs);
        }
    }

    /** Adds a message to its peer's; returns the peer, as this engine sees it, or null if it is gone. */
    private @Nullable Lane post(int number, OutboundMessage message, long nowNs) {
        Peer peer = peers.get(number);
        int packets = message.packets;
        long lengthBytes = message.lengthBytes;
        int trafficClass = message.trafficClass;
        boolean posted = false;
        if (peer != null) {
            peer.lock();
            posted = !peer.isEvicted();
            if (posted) {
                peer.outbound().post(message);
            }
            peer.unlock();
        }
        if (peer == null || !posted) {
            message.status = CompletionStatus.PEER_GONE;
            home.rings(message.queue).putWrite(number, message);
            pool.recycle(message);
            return null;
        }
        if (packets >= config.stripePackets() || rates.isShared()) {
            askForHelp(peer);
        }
        Lane lane = peer.lane(engine);
        sender.introduce(lane, nowNs);
        rates.onPosted(lane.firstFlow() + trafficClass, lengthBytes, packets, nowNs);
        return lane;
    }

    /** Has the other engines look at a peer, and send of what is posted to it. */
    void askForHelp(Peer peer) {
        for (PostReceiver other : others) {
            // A full queue is no loss: the message is sent all the same.
            other.help.offer(peer);
        }
    }

    private int giveHelp(long nowNs) {
        int given = 0;
        for (Peer peer = help.poll(); peer != null; peer = help.poll()) {
            wake(peer.lane(engine), nowNs);
            given++;
        }
        return given;
    }

    /** Whether there is something to take. */
    boolean hasWork() {
        return submissions.peek() != 0 || !help.isEmpty();
    }
}
