package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.EventEntry;
import io.heliograph.transport.Completion;

/** A completion, or the event that a relation ended, as applications see it. */
final class CompletionView implements Completion {
    private long entry;
    private boolean isEvent;

    CompletionView completion(long address) {
        entry = address;
        isEvent = false;
        return this;
    }

    CompletionView event(long address) {
        entry = address;
        isEvent = true;
        return this;
    }

    @Override
    public int kind() {
        if (isEvent) {
            return PEER_EVENT;
        }
        return CompletionEntry.KIND.getInt(entry) == CompletionKind.WRITE.value() ? WRITE : IMMEDIATE;
    }

    @Override
    public int status() {
        return isEvent ? EventEntry.CODE.getInt(entry) : CompletionEntry.STATUS.getInt(entry);
    }

    @Override
    public int peer() {
        return isEvent ? EventEntry.INDEX.getInt(entry) : CompletionEntry.PEER.getInt(entry);
    }

    @Override
    public int queue() {
        return isEvent ? 0 : CompletionEntry.QUEUE.getInt(entry);
    }

    @Override
    public long cookie() {
        return isEvent ? 0 : CompletionEntry.COOKIE.get(entry);
    }

    @Override
    public int immediate() {
        return isEvent ? 0 : CompletionEntry.IMMEDIATE.getInt(entry);
    }

    @Override
    public long lengthBytes() {
        return isEvent ? 0 : CompletionEntry.LENGTH.get(entry);
    }
}
