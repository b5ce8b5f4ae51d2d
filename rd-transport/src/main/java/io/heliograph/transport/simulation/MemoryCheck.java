package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;

/** Every byte of every region is as the model has it, and none outside was written (R3, R4.1, R8.1, R8.5), and where messages overlap as one of them has it (R13.1). Clears the target regions as it goes. */
final class MemoryCheck implements Checker {
    private final Ledger ledger;
    private final SimulatedNode[] nodes;

    MemoryCheck(Ledger ledger, SimulatedNode[] nodes) {
        this.ledger = ledger;
        this.nodes = nodes;
    }

    @Override
    public void atEnd() {
        for (Message message : ledger.messages()) {
            boolean isOwn = message.place == Message.Place.OPEN || message.place == Message.Place.FROZEN;
            if (!isOwn || message.targetOffset < 0) {
                continue;
            }
            if (message.place == Message.Place.FROZEN && ledger.digest(message) != message.frozenDigest) {
                throw new Violation(MemoryCheck.class, "changed when nothing might be placed any more: " + message);
            }
            requireOwnOrUntouched(message);
            NativeMemory.fill(message.address, message.lengthBytes, (byte) 0);
        }
        checkOverlaps();
        for (SimulatedNode node : nodes) {
            String difference = node.memory.difference();
            if (!difference.isEmpty()) {
                throw new Violation(MemoryCheck.class, "node " + node.index + ": " + difference);
            }
        }
    }

    /** R13.1: where messages overlap, each byte is one's. */
    private void checkOverlaps() {
        for (Message message : ledger.shared()) {
            for (int i = 0; i < message.lengthBytes; i++) {
                if (!ledger.isOfOne(message.address + i)) {
                    throw new Violation(MemoryCheck.class, "byte " + i + " is nobody's: " + message);
                }
            }
        }
        for (Message message : ledger.shared()) {
            NativeMemory.fill(message.address, message.lengthBytes, (byte) 0);
        }
    }

    private void requireOwnOrUntouched(Message message) {
        if (ledger.isPlaced(message)) {
            return;
        }
        for (int i = 0; i < message.lengthBytes; i++) {
            byte is = NativeMemory.getByte(message.address + i);
            if (is != 0 && is != NativeMemory.getByte(message.expectedAddress + i)) {
                throw new Violation(MemoryCheck.class, "byte " + i + " is not its own: " + message);
            }
        }
    }
}
