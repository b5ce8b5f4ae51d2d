package io.heliograph.transport.simulation;

/** Once faults have stopped, all that was posted ends within a bound, and then everybody comes to rest. */
final class ProgressCheck {
    private ProgressCheck() {}

    static void require(boolean inTime, Ledger ledger) {
        if (inTime) {
            return;
        }
        for (Message message : ledger.messages()) {
            if (!message.isOver()) {
                throw new Violation(ProgressCheck.class, ledger.open() + " posts do not end, the first is " + message);
            }
        }
    }
}
