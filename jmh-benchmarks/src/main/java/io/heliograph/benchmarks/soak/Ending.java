package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.session.Message;

/**
 * How a soak ends: the coordinator says stop; each end says sent when all that it posted was looked at by the other, and done when it
 * has nothing to send and heard that the other has not either; who said and heard done is through. One thread.
 */
final class Ending {

    private final Conversation conversation;
    private boolean stopping;
    private boolean sentTold;
    private boolean peerSent;
    private boolean doneTold;
    private boolean peerDone;

    Ending(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Whether nothing is to be posted but what lets the receiver look at the last messages. */
    boolean isStopping() {
        return stopping;
    }

    boolean isOver() {
        return doneTold && peerDone;
    }

    /** The coordinator's word. */
    void stop() {
        conversation.tell(conversation.message("stop"));
        stopping = true;
    }

    /** Takes what the other end says of it; whether it was of it. */
    boolean hear(Message message) {
        switch (message.op()) {
            case "stop" -> stopping = true;
            case "sent" -> peerSent = true;
            case "done" -> peerDone = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Whether there is something to tell now, if this end has nothing under way. */
    boolean isDue() {
        return stopping && (!sentTold || peerSent && !doneTold);
    }

    /** This end has nothing under way. */
    void onQuiet() {
        if (!sentTold) {
            sentTold = true;
            conversation.tell(conversation.message("sent"));
        }
        if (peerSent && !doneTold) {
            doneTold = true;
            conversation.tell(conversation.message("done"));
        }
    }
}
