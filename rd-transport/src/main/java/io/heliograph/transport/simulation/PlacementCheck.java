package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;

/** SUCCESS at the sender and the immediate at the receiver come after every byte of the message (R5.1, R6.1, R6.2). */
final class PlacementCheck implements Checker {
    private final Ledger ledger;

    PlacementCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void onPostCompleted(Message message, Completion completion) {
        if (completion.status() == CompletionStatus.SUCCESS || completion.status() == CompletionStatus.FLUSHED) {
            requirePlaced(message, "completed");
        }
    }

    @Override
    public void onImmediate(Message message, Completion completion) {
        requirePlaced(message, "fired");
    }

    private void requirePlaced(Message message, String when) {
        long at = ledger.firstDifference(message);
        if (at >= 0) {
            throw new Violation(PlacementCheck.class, when + " before byte " + at + " was placed: " + message);
        }
    }
}
