package io.heliograph.bindings.verbs;

import io.heliograph.bindings.posix.Posix;
import io.heliograph.bindings.verbs.generated.ibv_comp_channel;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where a thread waits for completions instead of polling ({@code struct ibv_comp_channel}). One thread at a time; closed after its
 * completion queues.
 */
public final class CompletionChannel implements AutoCloseable {
    private final String values;
    private final MemorySegment channel;
    /** Where the library puts what an event is of: a queue and its context. */
    private final MemorySegment event = Arena.ofAuto().allocate(verbs_h.C_POINTER, 2);

    private boolean closed;

    CompletionChannel(String device, MemorySegment channel) {
        values = "device=" + device;
        this.channel = channel;
    }

    MemorySegment segment() {
        return channel;
    }

    /**
     * Waits for an event of one of its queues (see {@link CompletionQueue#requestEvent}) and takes it.
     *
     * @param timeoutMs how long; 0 only looks, negative is for ever
     * @return whether there was one
     */
    public boolean await(int timeoutMs) {
        int ready = Posix.awaitReadable(ibv_comp_channel.fd(channel), timeoutMs);
        if (ready < 0) {
            throw Refused.by("poll", -ready, values, "keep the channel open while a thread waits");
        }
        if (ready == 0) {
            return false;
        }
        Refused.check(
                "ibv_get_cq_event",
                ErrnoCalls.getCompletionEvent(channel, event, event.asSlice(verbs_h.C_POINTER.byteSize())),
                values,
                "let one thread wait at a time");
        verbs_h.ibv_ack_cq_events(event.get(verbs_h.C_POINTER, 0), 1);
        return true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check(
                    "ibv_destroy_comp_channel",
                    verbs_h.ibv_destroy_comp_channel(channel),
                    values,
                    "close its completion queues first");
        }
    }
}
