package io.heliograph.bindings.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.MemorySegment;

/**
 * Where completions of one or more queue pairs arrive ({@code struct ibv_cq}). Polled by one thread at a time, without allocating; closed
 * after its queue pairs.
 */
public final class CompletionQueue implements AutoCloseable {
    private final MemorySegment queue;
    private final long address;
    private final String values;
    private final MemorySegment pollFunction;
    private final MemorySegment notifyFunction;
    private boolean closed;

    CompletionQueue(VerbsContext context, MemorySegment queue, String values) {
        this.queue = queue;
        this.address = queue.address();
        this.values = values;
        this.pollFunction = context.function(VerbsLayout.POLL_CQ);
        this.notifyFunction = context.function(VerbsLayout.REQ_NOTIFY_CQ);
    }

    long address() {
        return address;
    }

    /**
     * Takes completions in the order in which they came.
     *
     * @param max at most {@code completions.capacity()}
     * @return how many there were, 0 to {@code max}; negative if the queue is broken, which an {@link AsyncEvent} explains
     */
    public int poll(Completions completions, int max) {
        return HotCalls.poll(pollFunction, address, max, completions.address());
    }

    /**
     * Asks for one event on the queue's channel when the next completion arrives. Poll once more afterwards: one that came before has no
     * event.
     */
    public void requestEvent() {
        Refused.check(
                "ibv_req_notify_cq",
                HotCalls.notify(notifyFunction, address),
                values,
                "check the device's state (rdma link show)");
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Refused.check("ibv_destroy_cq", verbs_h.ibv_destroy_cq(queue), values, "close its queue pairs first");
        }
    }

    /** How many entries it has, at least what was asked for; {@code cqe} of {@code struct ibv_cq}. */
    public int entries() {
        return NativeMemory.getInt(address + VerbsLayout.CQ_ENTRIES);
    }
}
