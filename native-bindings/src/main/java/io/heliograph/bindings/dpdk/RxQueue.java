package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * One receive queue of an Ethernet device, polled by one thread at a time. Allocates nothing.
 *
 * <p>Function and queue are read anew at each burst, as {@code rte_eth_rx_burst} does: on a stopped device a burst is empty, of which
 * DPDK complains once; after a restart it goes on. Callbacks that others register on the queue ({@code rte_eth_add_rx_callback})
 * are not called.
 */
public final class RxQueue {
    private final long functionAddress;
    private final long queuesAddress;
    private final long queueOffset;
    private MemorySegment function = MemorySegment.NULL;

    RxQueue(DpdkAbi abi, long fastPath, int queue) {
        functionAddress = fastPath + abi.receiveBurst();
        queuesAddress = fastPath + abi.receiveQueues();
        queueOffset = (long) queue * Long.BYTES;
    }

    /**
     * Takes up to {@code max} packets. Their mbufs belong to the caller, who frees or transmits them.
     *
     * @param array address of room for {@code max} pointers, where those of the packets are written
     * @return how many there were, 0 to {@code max}
     */
    public int receiveBurst(long array, int max) {
        long address = NativeMemory.getLong(functionAddress);
        if (address != function.address()) {
            function = MemorySegment.ofAddress(address);
        }
        return HotCalls.burst(
                function, NativeMemory.getLong(NativeMemory.getLong(queuesAddress) + queueOffset), array, max);
    }
}
