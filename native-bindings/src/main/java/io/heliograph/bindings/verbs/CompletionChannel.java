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
    private final String device;
    private final MemorySegment channel;
    private boolean closed;

    CompletionChannel(String device, MemorySegment channel) {
        this.device = device;
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
            throw Refused.by("poll", -ready, "device=" + device, "keep the channel open while a thread waits");
        }
        if (ready == 0) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queue = arena.allocate(verbs_h.C_POINTER);
            MemorySegment queueContext = arena.allocate(verbs_h.C_POINTER);
            Refused.check(
                    "ibv_get_cq_event",
                    verbs_h.ibv_get_cq_event(channel, queue, queueContext),
                    "device=" + device,
                    "let one thread wait at a time");
            verbs_h.ibv_ack_cq_events(queue.get(verbs_h.C_POINTER, 0), 1);
            return true;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check(
                    "ibv_destroy_comp_channel",
                    verbs_h.ibv_destroy_comp_channel(channel),
                    "device=" + device,
                    "close its completion queues first");
        }
    }
}
