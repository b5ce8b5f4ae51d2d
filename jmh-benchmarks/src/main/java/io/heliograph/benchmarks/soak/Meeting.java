package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;
import io.heliograph.benchmarks.session.RemoteRegion;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.SystemClock;

/**
 * How an epoch begins: the two ends tell each other their regions, make sure that a WRITE gets to the other, and go on when both are
 * ready. One thread, which works for the endpoint while it waits.
 */
final class Meeting {

    /** Cookie of the WRITE without bytes that shows that the other end is there. */
    static final long PING = -1;

    private static final int NONE = -1;

    private final SoakPlan plan;
    private final Conversation conversation;
    private final PresentEndpoint present;
    private final Credits credits;
    private final Incoming[] incoming;
    private final Outgoing[] outgoing;
    private final CompletionHandler handler;
    private final Clock clock = SystemClock.INSTANCE;
    private int pingStatus = NONE;

    /**
     * @param handler of the completions that come in the meantime
     */
    Meeting(
            SoakPlan plan,
            Conversation conversation,
            PresentEndpoint present,
            Credits credits,
            Incoming[] incoming,
            Outgoing[] outgoing,
            CompletionHandler handler) {
        this.plan = plan;
        this.conversation = conversation;
        this.present = present;
        this.credits = credits;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.handler = handler;
    }

    /** Opens an epoch; when it returns a new relation has begun at both ends, and nothing of the old one is to come. */
    void hold(int epoch) {
        conversation.enter(epoch);
        present.open();
        credits.open(present.endpoint());
        conversation.tell(RemoteRegion.describe(conversation.message("credits"), credits.target()));
        for (int queue = 0; queue < incoming.length; queue++) {
            incoming[queue].open(present.endpoint(), Lives.first(epoch));
            conversation.tell(RemoteRegion.describe(
                    conversation.message("region").with("queue", queue), incoming[queue].region()));
        }
        credits.to(RemoteRegion.read(await("credits"), credits.lengthBytes()));
        for (Outgoing queue : outgoing) {
            queue.open(Lives.first(epoch), RemoteRegion.read(await("region"), plan.areaBytes()));
        }
        ping();
        present.pollAll(handler);
    }

    /** Waits until both ends have {@linkplain #hold held} it; messages may come before this returns. */
    void awaitReady() {
        conversation.tell(conversation.message("ready"));
        await("ready");
    }

    private void ping() {
        long untilNs = clock.nowNs() + Conversation.PATIENCE_NS;
        pingStatus = CompletionStatus.PEER_RESTARTED;
        while (pingStatus != CompletionStatus.SUCCESS) {
            if (pingStatus != CompletionStatus.PEER_RESTARTED || clock.nowNs() - untilNs >= 0) {
                throw new RunFailure("the other end cannot be written to: " + CompletionStatus.describe(pingStatus));
            }
            pingStatus = NONE;
            while (!credits.write(present.endpoint(), present.peer(), 0, PING)) {
                present.turn(handler);
            }
            while (pingStatus == NONE) {
                present.turn(handler);
                conversation.checkAlive();
            }
        }
    }

    /** The {@link #PING} completed. */
    void onPing(int status) {
        pingStatus = status;
    }

    private Message await(String op) {
        while (true) {
            Message message = conversation.poll();
            if (message == null) {
                present.turn(handler);
                conversation.checkAlive();
            } else if (conversation.isOfThisEpoch(message)) {
                if (!message.op().equals(op)) {
                    throw Conversation.unexpected(message);
                }
                return message;
            }
        }
    }
}
