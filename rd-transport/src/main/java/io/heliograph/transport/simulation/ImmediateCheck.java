package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;

/** An immediate fires once, never for a message that failed, and always for one that succeeded between two nodes that stayed (R4.1, R5.1, R7.2). */
final class ImmediateCheck implements Checker {
    private final Ledger ledger;

    ImmediateCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void onImmediate(Message message, Completion completion) {
        if (!message.withImmediate()) {
            throw violation("a plain WRITE fired", message);
        }
        if (message.fired > 0) {
            throw violation("fired twice", message);
        }
        if (!message.isGood()) {
            throw violation("fired, but its access is wrong", message);
        }
        if (completion.queue() != message.queue || completion.lengthBytes() != message.lengthBytes) {
            throw violation("fired with another's queue or length", message);
        }
    }

    @Override
    public void atEnd() {
        for (Message message : ledger.messages()) {
            boolean mustFire = message.withImmediate() && message.succeeded() && !message.relationDisturbed;
            if (mustFire && message.fired == 0) {
                throw violation("never fired", message);
            }
            // A restarted receiver refuses what its former self may have taken.
            boolean mustNotFire = (FenceCheck.isAccessError(message.status) || isFlushedForCertain(message))
                    && !message.receiverRestarted;
            if (mustNotFire && message.fired > 0) {
                throw violation("fired, but its sender was told that it failed", message);
            }
        }
    }

    /** Behind an UNDELIVERABLE message, which the receiver may have after all, a flushed one may have fired (R5.3). */
    private boolean isFlushedForCertain(Message message) {
        if (message.status != CompletionStatus.FLUSHED) {
            return false;
        }
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return true;
            }
            if (earlier.isSameQueue(message) && earlier.status == CompletionStatus.UNDELIVERABLE) {
                return false;
            }
        }
        return true;
    }

    private static Violation violation(String what, Message message) {
        return new Violation(ImmediateCheck.class, what + ": " + message);
    }
}
