package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Tunables;

/** Every post completes once, as itself, and with an end that its troubles explain (R6.3). */
final class CompletionCheck implements Checker {
    private final Settings settings;
    private final Ledger ledger;
    private final SimulatedNode[] nodes;
    private final Fabric fabric;

    CompletionCheck(Settings settings, Ledger ledger, SimulatedNode[] nodes, Fabric fabric) {
        this.settings = settings;
        this.ledger = ledger;
        this.nodes = nodes;
        this.fabric = fabric;
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
            case CompletionStatus.UNDELIVERABLE -> mayBeUndeliverable(message);
            case CompletionStatus.PEER_GONE, CompletionStatus.PEER_RESTARTED -> settings.relationsMayEnd();
            default -> false;
        };
    }

    /** R9.6: its packets, or the answers, met trouble as often as it takes, or were left lying. */
    private boolean mayBeUndeliverable(Message message) {
        long troubled = fabric.troubled(message.from, message.to) - message.troubledBefore;
        return troubled >= Tunables.UNDELIVERABLE_LOSSES
                || nodes[message.to].stalls() > 0
                || nodes[message.from].stalls() > 0;
    }

    private boolean mayHaveFailedBefore(Message message) {
        for (Message earlier : ledger.messages()) {
            if (earlier == message) {
                return false;
            }
            if (earlier.isSameQueue(message) && mayFlush(earlier.status)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayFlush(int status) {
        return FenceCheck.isAccessError(status) || status == CompletionStatus.UNDELIVERABLE;
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
