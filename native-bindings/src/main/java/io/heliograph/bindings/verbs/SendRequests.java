package io.heliograph.bindings.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.generated.ibv_send_wr;
import io.heliograph.bindings.verbs.generated.ibv_sge;
import io.heliograph.bindings.verbs.generated.verbs_h;
import java.lang.foreign.Arena;

/**
 * A chain of send requests ({@code struct ibv_send_wr}) with one memory range each, laid out once: each request points to its range and to
 * the next request, so that a post only patches addresses, lengths and what differs. {@link QueuePair#postSend} takes the first ones.
 *
 * <p>The library copies what it posts: requests are free again as soon as the post returns. Indices are not checked, nothing is
 * allocated. One thread at a time.
 */
public final class SendRequests {
    private static final long STRIDE_BYTES = ibv_send_wr.sizeof();
    private static final long RANGE_BYTES = ibv_sge.sizeof();
    private static final long ID = ibv_send_wr.wr_id$offset();
    private static final long NEXT = ibv_send_wr.next$offset();
    private static final long OPCODE = ibv_send_wr.opcode$offset();
    private static final long RANGES = ibv_send_wr.num_sge$offset();
    private static final long FLAGS = ibv_send_wr.send_flags$offset();
    private static final long IMMEDIATE = ibv_send_wr.imm_data$offset();
    private static final long REMOTE_ADDRESS = VerbsLayout.WR_REMOTE_ADDRESS;
    private static final long REMOTE_KEY = VerbsLayout.WR_REMOTE_KEY;
    private static final long HANDLE = VerbsLayout.WR_HANDLE;
    private static final long REMOTE_QUEUE_PAIR = VerbsLayout.WR_REMOTE_QUEUE_PAIR;
    private static final long REMOTE_QKEY = VerbsLayout.WR_REMOTE_QKEY;

    private final RequestChain chain;
    private final long address;
    private final long rangesAddress;

    /** So many requests, which live as long as {@code arena}. */
    public SendRequests(Arena arena, int capacity) {
        chain = new RequestChain(arena, capacity, STRIDE_BYTES, NEXT);
        address = chain.address();
        rangesAddress = arena.allocate(RANGE_BYTES * capacity, Long.BYTES).address();
        for (int i = 0; i < capacity; i++) {
            NativeMemory.putLong(at(i) + ibv_send_wr.sg_list$offset(), rangesAddress + i * RANGE_BYTES);
            NativeMemory.putInt(at(i) + RANGES, 1);
            NativeMemory.putInt(at(i) + OPCODE, verbs_h.IBV_WR_SEND());
        }
    }

    RequestChain chain() {
        return chain;
    }

    /** How many requests there are. */
    public int capacity() {
        return chain.capacity();
    }

    /**
     * Sets what every request has.
     *
     * @param id comes back in its completion
     * @param isSignaled whether a success makes a completion; a failure always does
     */
    public void describe(int index, long id, boolean isSignaled) {
        NativeMemory.putLong(at(index) + ID, id);
        NativeMemory.putInt(at(index) + FLAGS, isSignaled ? verbs_h.IBV_SEND_SIGNALED() : 0);
    }

    /** Sets the memory range, of a {@link RegisteredMemory}'s local key. */
    public void range(int index, long dataAddress, int lengthBytes, int localKey) {
        long range = rangesAddress + index * RANGE_BYTES;
        NativeMemory.putInt(at(index) + RANGES, 1);
        NativeMemory.putLong(range + ibv_sge.addr$offset(), dataAddress);
        NativeMemory.putInt(range + ibv_sge.length$offset(), lengthBytes);
        NativeMemory.putInt(range + ibv_sge.lkey$offset(), localKey);
    }

    /** Leaves it without a memory range: no bytes. To some devices a range of length 0 is one of 2^31. */
    public void noRange(int index) {
        NativeMemory.putInt(at(index) + RANGES, 0);
    }

    /** Makes it a send to a receive of the connected peer. */
    public void send(int index) {
        NativeMemory.putInt(at(index) + OPCODE, verbs_h.IBV_WR_SEND());
    }

    /**
     * Makes it a datagram.
     *
     * @param handle an {@link AddressHandle}'s address
     * @param queuePair the receiver's number; 0xffffff of a multicast group
     * @param qkey the receiver's
     */
    public void datagram(int index, long handle, int queuePair, int qkey) {
        long request = at(index);
        NativeMemory.putInt(request + OPCODE, verbs_h.IBV_WR_SEND());
        NativeMemory.putLong(request + HANDLE, handle);
        NativeMemory.putInt(request + REMOTE_QUEUE_PAIR, queuePair);
        NativeMemory.putInt(request + REMOTE_QKEY, qkey);
    }

    /** Makes it a write into the connected peer's memory. */
    public void write(int index, long remoteAddress, int remoteKey) {
        long request = at(index);
        NativeMemory.putInt(request + OPCODE, verbs_h.IBV_WR_RDMA_WRITE());
        NativeMemory.putLong(request + REMOTE_ADDRESS, remoteAddress);
        NativeMemory.putInt(request + REMOTE_KEY, remoteKey);
    }

    /** Makes it a write that also completes a receive of the peer, with 32 bits for it. */
    public void writeImmediate(int index, long remoteAddress, int remoteKey, int immediate) {
        write(index, remoteAddress, remoteKey);
        NativeMemory.putInt(at(index) + OPCODE, verbs_h.IBV_WR_RDMA_WRITE_WITH_IMM());
        NativeMemory.putIntBigEndian(at(index) + IMMEDIATE, immediate);
    }

    private long at(int index) {
        return address + index * STRIDE_BYTES;
    }
}
