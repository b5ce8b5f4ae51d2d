package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;

/** A fenced message fires after all earlier ones of its queue are placed, completes after they completed, and is flushed behind one that failed (R5.2, R5.3, R6.1). */
final class FenceCheck implements Checker {
    private final Ledger ledger;

    FenceCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Whether a status is one of R8's. */
    static boolean isAccessError(int status) {
        return status == CompletionStatus.BAD_KEY
                || status == CompletionStatus.OUT_OF_BOUNDS
                || status == CompletionStatus.NO_PERMISSION;
    }

    @Override
    public void onPostCompleted(Message message, Completion completion) {
        int status = completion.status();
        if (status == CompletionStatus.SUCCESS && message.passedByFence) {
            throw violation("a fence fired before its bytes were placed", message);
        }
        if (!message.fenced() || status != CompletionStatus.SUCCESS && status != CompletionStatus.FLUSHED) {
            return;
        }
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return;
            }
            if (earlier.isSameQueue(message)) {
                if (!earlier.isOver()) {
                    throw violation("completed before " + earlier, message);
                }
                if (status == CompletionStatus.SUCCESS && flushes(earlier, message)) {
                    throw violation("succeeded behind " + earlier, message);
                }
            }
        }
    }

    /** Whether a message failed for certain after a later one was given its number: both were posted in one go, and it never had a chance. */
    private static boolean flushes(Message earlier, Message later) {
        return isAccessError(earlier.status) && !earlier.isGood() && earlier.cycle == later.cycle;
    }

    @Override
    public void onImmediate(Message message, Completion completion) {
        if (!message.fenced()) {
            return;
        }
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return;
            }
            // What failed or was given up may be passed, but must not succeed afterwards.
            if (earlier.isSameQueue(message) && !earlier.isOver() && earlier.isGood() && !ledger.isPlaced(earlier)) {
                earlier.passedByFence = true;
            }
        }
    }

    @Override
    public void atEnd() {
        for (Message message : ledger.messages()) {
            if (message.fenced() && message.fired > 0) {
                requireNotFlushed(message);
            }
        }
    }

    private void requireNotFlushed(Message message) {
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return;
            }
            if (earlier.isSameQueue(message) && flushes(earlier, message)) {
                throw violation("fired behind " + earlier, message);
            }
        }
    }

    private static Violation violation(String what, Message message) {
        return new Violation(FenceCheck.class, what + ": " + message);
    }
}
