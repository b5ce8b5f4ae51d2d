package io.heliograph.emulator.driver;

import io.heliograph.emulator.device.Mmio;
import io.heliograph.emulator.device.layout.CompletionEntry;
import io.heliograph.emulator.device.layout.CompletionKind;
import io.heliograph.emulator.device.layout.QueueRegister;
import io.heliograph.emulator.device.layout.WorkEntry;
import io.heliograph.emulator.device.layout.WorkFlag;
import io.heliograph.emulator.device.layout.WorkOpcode;
import io.heliograph.transport.CompletionHandler;

/** One queue as the driver uses it. */
final class DriverQueue {
    private final Mmio bar;
    private final int number;
    private final long ring;
    private final int entries;
    private final RingReader completions;
    private final CompletionView view = new CompletionView();
    private int posted;
    private int outstanding;

    DriverQueue(Mmio bar, int number, DriverMemory memory) {
        this.bar = bar;
        this.number = number;
        ring = memory.submissionRing(number);
        entries = memory.ringEntries();
        completions = new RingReader(memory.completionRing(number), memory.completionEntries());
    }

    boolean isFull() {
        return outstanding == entries;
    }

    /** Writes an entry and rings; not while {@link #isFull}. */
    @SuppressWarnings("TooManyParameters") // one per field of the entry
    void post(
            boolean withImmediate,
            boolean fenced,
            int peer,
            long localAddress,
            int localKey,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        long entry = ring + (long) (posted & entries - 1) * WorkEntry.ENTRY_BYTES;
        WorkEntry.OPCODE.put(entry, withImmediate ? WorkOpcode.WRITE_IMM.value() : WorkOpcode.WRITE.value());
        WorkEntry.FLAGS.put(entry, fenced ? WorkFlag.FENCED.value() : 0);
        WorkEntry.QUEUE.put(entry, number);
        WorkEntry.DESTINATION.put(entry, peer);
        WorkEntry.LOCAL_ADDRESS.put(entry, localAddress);
        WorkEntry.LOCAL_KEY.put(entry, localKey);
        WorkEntry.LENGTH.put(entry, lengthBytes);
        WorkEntry.REMOTE_ADDRESS.put(entry, remoteAddress);
        WorkEntry.REMOTE_KEY.put(entry, remoteKey);
        WorkEntry.IMMEDIATE.put(entry, immediate);
        WorkEntry.COOKIE.put(entry, cookie);
        posted++;
        outstanding++;
        Registers.write(bar, number, QueueRegister.SUBMISSION_DOORBELL, posted);
    }

    int poll(CompletionHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            long entry = completions.peek();
            if (entry == 0) {
                break;
            }
            if (CompletionEntry.KIND.getInt(entry) == CompletionKind.WRITE.value()) {
                outstanding--;
            }
            completions.advance();
            count++;
            handler.onCompletion(view.completion(entry));
        }
        if (count > 0) {
            Registers.write(bar, number, QueueRegister.COMPLETION_DOORBELL, completions.consumed());
        }
        return count;
    }
}
