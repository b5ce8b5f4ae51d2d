package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;

/** Every post completes once, as itself, and with an end that its troubles explain (R6.3). */
final class CompletionCheck implements Checker {
    private final Settings settings;
    private final Ledger ledger;

    CompletionCheck(Settings settings, Ledger ledger) {
        this.settings = settings;
        this.ledger = ledger;
    }

    @Override
    public void onPostCompleted(Message message, Completion completion) {
        if (message.isOver()) {
            throw violation("completed twice, or by a former self: " + message);
        }
        if (completion.queue() != message.queue || completion.lengthBytes() != message.lengthBytes) {
            throw violation("completed with another's queue or length: " + message + " queue=" + completion.queue()
                    + " lengthBytes=" + completion.lengthBytes());
        }
        if (!isExplained(message, completion.status())) {
            throw violation("nothing explains that it ended thus: " + message + " status: "
                    + CompletionStatus.describe(completion.status()));
        }
    }

    private boolean isExplained(Message message, int status) {
        return switch (status) {
            case CompletionStatus.SUCCESS -> message.isGood();
            case CompletionStatus.BAD_KEY -> message.post.aim() == Event.Aim.WRONG_KEY || message.keyRotated;
            case CompletionStatus.OUT_OF_BOUNDS -> message.post.aim() == Event.Aim.OUT_OF_BOUNDS;
            case CompletionStatus.NO_PERMISSION -> message.post.aim() == Event.Aim.READ_ONLY;
            case CompletionStatus.FLUSHED -> message.fenced() && message.isGood() && mayHaveFailedBefore(message);
            case CompletionStatus.REGION_GONE -> message.sourceRotated;
            case CompletionStatus.PEER_GONE, CompletionStatus.PEER_RESTARTED -> settings.relationsMayEnd();
            default -> false;
        };
    }

    private boolean mayHaveFailedBefore(Message message) {
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return false;
            }
            if (earlier.isSameQueue(message) && FenceCheck.isAccessError(earlier.status)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void atEnd() {
        for (Message message : ledger.messages()) {
            if (!message.isOver()) {
                throw violation("never completed: " + message);
            }
        }
    }

    private static Violation violation(String what) {
        return new Violation(CompletionCheck.class, what);
    }
}
