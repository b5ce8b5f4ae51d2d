package io.heliograph.bindings.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.verbs.generated.ibv_recv_wr;
import io.heliograph.bindings.verbs.generated.ibv_sge;
import java.lang.foreign.Arena;

/**
 * A chain of receive requests ({@code struct ibv_recv_wr}) with one memory range each, laid out once like {@link SendRequests};
 * {@link QueuePair#postReceive} takes the first ones. Indices are not checked, nothing is allocated. One thread at a time.
 */
public final class ReceiveRequests {
    private static final long STRIDE_BYTES = ibv_recv_wr.sizeof();
    private static final long RANGE_BYTES = ibv_sge.sizeof();

    private final RequestChain chain;
    private final long address;
    private final long rangesAddress;

    /** So many requests, which live as long as {@code arena}. */
    public ReceiveRequests(Arena arena, int capacity) {
        chain = new RequestChain(arena, capacity, STRIDE_BYTES, ibv_recv_wr.next$offset());
        address = chain.address();
        rangesAddress = arena.allocate(RANGE_BYTES * capacity, Long.BYTES).address();
        for (int i = 0; i < capacity; i++) {
            long request = address + i * STRIDE_BYTES;
            NativeMemory.putLong(request + ibv_recv_wr.sg_list$offset(), rangesAddress + i * RANGE_BYTES);
            NativeMemory.putInt(request + ibv_recv_wr.num_sge$offset(), 1);
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
     * Sets a request.
     *
     * @param id comes back in its completion
     * @param dataAddress where to put what arrives; a datagram's first 40 bytes are the global route header's
     */
    public void receive(int index, long id, long dataAddress, int roomBytes, int localKey) {
        NativeMemory.putLong(address + index * STRIDE_BYTES + ibv_recv_wr.wr_id$offset(), id);
        long range = rangesAddress + index * RANGE_BYTES;
        NativeMemory.putLong(range + ibv_sge.addr$offset(), dataAddress);
        NativeMemory.putInt(range + ibv_sge.length$offset(), roomBytes);
        NativeMemory.putInt(range + ibv_sge.lkey$offset(), localKey);
    }
}
