package io.heliograph.offload.serve;

import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.WindowLayout;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;

/**
 * A memory region whose WRITEs-with-IMM are queries: the immediate names the slot that was written, the datapath reads the activations there, and the answer goes back as a WRITE-with-IMM to where the
 * query says (QUERIES.md, Q10 to Q12).
 *
 * <p>The endpoint's application thread gives it the completions that are its own ({@link #onCompletion}) and calls {@link #doWork}; it
 * posts to one work queue. Allocates nothing per query.
 */
public final class OffloadWindow implements AutoCloseable {

    /** What a slot is doing. */
    private static final byte FREE = 0;

    /** Its query waits. */
    private static final byte WAITING = 1;

    /** Its answer is written and waits for room in the submission ring. */
    private static final byte ANSWERED = 2;

    /** Its answer is under way, and must not change. */
    private static final byte POSTED = 3;

    /** Its answer is under way, and the asker, who has it already, has written the next query. */
    private static final byte POSTED_AND_ARRIVED = 4;

    /** The upper half of the cookies of answers. */
    private static final long COOKIE = 0x4851_5749L << Integer.SIZE;

    private static final int REPLY_ALIGNMENT = 64;
    private static final long SLOT_ALIGNMENT = 64;

    /** Of the answers; it is there for as long as the window is. */
    private final Arena replyMemory = Arena.ofAuto();

    private final Endpoint endpoint;
    private final QueryEngine engine;
    private final QueryCounters counters;
    private final MemoryRegion region;
    private final MemoryRegion replies;
    private final int slots;
    private final int slotBytes;
    private final int replyBytes;
    private final int workQueue;
    private final byte[] states;
    private final int[] peers;
    private final int[] lengths;
    private final SlotQueue arrived;
    private final SlotQueue answered;

    /**
     * Registers the window's memory with an endpoint.
     *
     * @param models that may be asked
     * @param thread which of the table's threads calls {@link #doWork}, from 0
     * @param slots queries that may be under way, a power of two to 65,536
     * @param slotBytes of each, at least 32: a header of 16 bytes and a query
     * @param workQueue of the endpoint that answers are posted to
     * @param memory for the window; such as the endpoint lets peers write to
     * @param counters of that thread
     */
    public OffloadWindow(
            Endpoint endpoint,
            ModelTable models,
            int thread,
            int slots,
            int slotBytes,
            int workQueue,
            SegmentAllocator memory,
            QueryCounters counters) {
        if (slots < 1 || slots > WindowLayout.MAX_SLOTS || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException("window of no useful size: slots=" + slots);
        }
        if (slotBytes < WindowLayout.HEADER + QueryLayout.HEADER || slotBytes % SLOT_ALIGNMENT != 0) {
            throw new IllegalArgumentException("slot of no useful size: slotBytes=" + slotBytes);
        }
        this.endpoint = endpoint;
        this.slots = slots;
        this.slotBytes = slotBytes;
        this.workQueue = workQueue;
        this.counters = counters;
        engine = new QueryEngine(models, thread, slots, counters);
        replyBytes = Math.max(slotBytes, REPLY_ALIGNMENT);
        region =
                endpoint.register(memory.allocate((long) slots * slotBytes, SLOT_ALIGNMENT), MemoryRegion.REMOTE_WRITE);
        replies = endpoint.register(replyMemory.allocate((long) slots * replyBytes, REPLY_ALIGNMENT), 0);
        states = new byte[slots];
        peers = new int[slots];
        lengths = new int[slots];
        arrived = new SlotQueue(slots);
        answered = new SlotQueue(slots);
    }

    /** What askers must know: its address and key; slot k begins at k times {@link #slotBytes}. */
    public MemoryRegion region() {
        return region;
    }

    /** Queries that may be under way. */
    public int slots() {
        return slots;
    }

    /** Bytes of a slot. */
    public int slotBytes() {
        return slotBytes;
    }

    /**
     * Looks at a completion that the endpoint handed out.
     *
     * @return whether it was the window's; if not, it is for somebody else
     */
    public boolean onCompletion(Completion completion) {
        if (completion.kind() == Completion.IMMEDIATE) {
            if (!WindowLayout.isWindow(completion.immediate())) {
                return false;
            }
            onQuery(WindowLayout.slot(completion.immediate()), completion.peer(), completion.lengthBytes());
            return true;
        }
        boolean own = completion.kind() == Completion.WRITE && (completion.cookie() & ~0xFFFF_FFFFL) == COOKIE;
        if (own) {
            if (completion.status() != CompletionStatus.SUCCESS) {
                counters.increment(QueryCounter.REPLIES_DROPPED);
            }
            release((int) completion.cookie());
        }
        return own;
    }

    private void onQuery(int slot, int peer, long lengthBytes) {
        if (slot >= slots || lengthBytes < WindowLayout.HEADER || lengthBytes > slotBytes) {
            // Nobody to answer: where the answer goes is in what did not come.
            counters.increment(QueryCounter.RECEIVED);
            counters.increment(QueryCounter.MALFORMED);
            return;
        }
        if (states[slot] != FREE && states[slot] != POSTED) {
            counters.increment(QueryCounter.RECEIVED);
            counters.increment(QueryCounter.OVERRUN);
            return;
        }
        peers[slot] = peer;
        lengths[slot] = (int) lengthBytes;
        if (states[slot] == POSTED) {
            states[slot] = POSTED_AND_ARRIVED;
        } else {
            states[slot] = WAITING;
            arrived.add(slot);
        }
    }

    /** The answer of a slot is with the asker, or lost for good. */
    private void release(int slot) {
        if (states[slot] == POSTED_AND_ARRIVED) {
            states[slot] = WAITING;
            arrived.add(slot);
        } else {
            states[slot] = FREE;
        }
    }

    /**
     * Serves.
     *
     * @param most queries to answer
     * @return a positive count if there was something to do
     */
    public int doWork(int most) {
        int work = 0;
        while (!arrived.isEmpty()) {
            offer(arrived.remove());
            work++;
        }
        for (int served = 0; served < most && !engine.isEmpty(); served++) {
            int slot = (int) engine.headToken();
            boolean stepped = engine.headIsStepped();
            lengths[slot] = engine.answer(reply(slot), replyBytes);
            states[slot] = ANSWERED;
            answered.add(slot);
            work++;
            if (stepped) {
                break;
            }
        }
        return work + post();
    }

    private void offer(int slot) {
        long query = region.address() + (long) slot * slotBytes + WindowLayout.HEADER;
        int lengthBytes = lengths[slot] - WindowLayout.HEADER;
        int code = engine.offer(query, lengthBytes, slot);
        if (ReplyCode.isSilent(code)) {
            states[slot] = FREE;
        } else if (code != ReplyCode.RESULT) {
            lengths[slot] = engine.refuse(query, lengthBytes, code, reply(slot));
            states[slot] = ANSWERED;
            answered.add(slot);
        }
    }

    /** Posts answers in their order for as long as the submission ring takes them. */
    private int post() {
        int posted = 0;
        while (!answered.isEmpty()) {
            int slot = answered.first();
            long query = region.address() + (long) slot * slotBytes;
            int code = endpoint.writeImm(
                    workQueue,
                    peers[slot],
                    replies,
                    (long) slot * replyBytes,
                    lengths[slot],
                    WindowLayout.replyAddress(query),
                    WindowLayout.replyKey(query),
                    WindowLayout.IMMEDIATE | slot,
                    false,
                    COOKIE | slot);
            if (code == Post.RING_FULL) {
                return posted;
            }
            answered.remove();
            posted++;
            if (code == Post.OK) {
                states[slot] = POSTED;
            } else {
                counters.increment(QueryCounter.REPLIES_DROPPED);
                states[slot] = FREE;
            }
        }
        return posted;
    }

    private long reply(int slot) {
        return replies.address() + (long) slot * replyBytes;
    }

    /** Takes the window's memory back from the endpoint; answers that are under way are lost. */
    @Override
    public void close() {
        endpoint.deregister(region);
        endpoint.deregister(replies);
    }

    /** Slots first in, first out; each is in it once at most. */
    private static final class SlotQueue {
        private final int[] entries;
        private final int mask;
        private long head;
        private long tail;

        SlotQueue(int capacity) {
            entries = new int[capacity];
            mask = capacity - 1;
        }

        boolean isEmpty() {
            return head == tail;
        }

        void add(int slot) {
            entries[(int) tail++ & mask] = slot;
        }

        int first() {
            return entries[(int) head & mask];
        }

        int remove() {
            return entries[(int) head++ & mask];
        }
    }
}
