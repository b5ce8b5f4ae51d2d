package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;

/** Every byte of every region is as the model has it, and none outside was written (R3, R4.1, R8.1, R8.5, R13.1). Clears the target regions as it goes. */
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
            if (message.place == Message.Place.FREE || message.targetOffset < 0) {
                continue;
            }
            if (message.place == Message.Place.FROZEN && ledger.digest(message) != message.frozenDigest) {
                throw new Violation(MemoryCheck.class, "changed when nothing might be placed any more: " + message);
            }
            requireOwnOrUntouched(message);
            NativeMemory.fill(message.address, message.lengthBytes, (byte) 0);
        }
        for (SimulatedNode node : nodes) {
            String difference = node.memory.difference();
            if (!difference.isEmpty()) {
                throw new Violation(MemoryCheck.class, "node " + node.index + ": " + difference);
            }
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
