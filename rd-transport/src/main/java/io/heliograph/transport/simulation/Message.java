package io.heliograph.transport.simulation;

import io.heliograph.transport.CompletionStatus;

/** What is known of one posted WRITE: where it goes, what the application was told of it so far, and whether its bytes may still change. */
final class Message {
    /** {@link #status} while its sender has not been told how it ended. */
    static final int UNDER_WAY = -1;
    /** {@link #status} when its sender restarted and knows nothing of it. */
    static final int FORGOTTEN = -2;

    /** What may become of the bytes in the target. */
    enum Place {
        /** Each is zero or as in the source, and may become so. */
        OPEN,
        /** Nothing may change any more. */
        FROZEN,
        /** The application took its bytes and cleared them: the place is free for others. */
        FREE,
        /** Each is zero or as in the source of one of the messages that overlap there (R13.1). */
        SHARED
    }

    final int number;
    final int from;
    final int to;
    final Event.Post post;
    final int lengthBytes;
    final int queue;
    final long address;
    /** Offset in the target region, if it points there at all. */
    final int targetOffset;

    /** Offset in the source area. */
    final int sourceOffset;
    /** Where its bytes can be read at any time. */
    final long expectedAddress;
    /** How many duty cycles its sender had run when it was posted. */
    final long cycle;
    /** How often its sender had restarted. */
    final int life;

    /** Troubled frames between the two nodes when it was posted. */
    long troubledBefore;

    int status = UNDER_WAY;
    /** The first message that was posted when this one was known to be over. */
    int successor = Integer.MAX_VALUE;

    int fired;
    Place place = Place.OPEN;
    long frozenDigest;
    /** A fence passed it before its bytes were placed: it cannot succeed any more. */
    boolean passedByFence;
    /** The key it was posted with has been taken back since. */
    boolean keyRotated;
    /** The region it is sent from was taken back since. */
    boolean sourceRotated;
    /** The sender or the receiver restarted, or one of them was told that the relation ended, since it was posted. */
    boolean relationDisturbed;
    /** The receiver restarted since. */
    boolean receiverRestarted;

    Message(
            int number,
            Event.Post post,
            long address,
            int targetOffset,
            int sourceOffset,
            long expectedAddress,
            SimulatedNode sender) {
        this.number = number;
        this.post = post;
        this.address = address;
        this.targetOffset = targetOffset;
        this.sourceOffset = sourceOffset;
        this.expectedAddress = expectedAddress;
        cycle = sender.cycles();
        life = sender.lives();
        from = post.from();
        to = post.to();
        queue = post.queue();
        lengthBytes = post.lengthBytes();
        if (!isGood()) {
            place = Place.FROZEN;
        } else if (post.aim() == Event.Aim.OVERLAP) {
            place = Place.SHARED;
        }
    }

    boolean isOver() {
        return status != UNDER_WAY;
    }

    boolean succeeded() {
        return status == CompletionStatus.SUCCESS;
    }

    /** Whether it points into the target with the key of then. */
    boolean isGood() {
        return post.aim() == Event.Aim.TARGET || post.aim() == Event.Aim.OVERLAP;
    }

    boolean withImmediate() {
        return post.operation() != Event.Operation.WRITE;
    }

    boolean fenced() {
        return post.operation() == Event.Operation.FENCED;
    }

    boolean isSameQueue(Message other) {
        return other.from == from && other.to == to && other.queue == queue;
    }

    boolean isSameDirection(Message other) {
        return other.from == from && other.to == to;
    }

    @Override
    public String toString() {
        String ended = status == UNDER_WAY
                ? "under way"
                : status == FORGOTTEN ? "forgotten" : "ended: " + CompletionStatus.describe(status);
        return "message " + number + " (" + post + ", target offset " + targetOffset + ", " + ended + ", fired " + fired
                + ")";
    }
}
