package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * One receive queue of an Ethernet device, polled by one thread at a time. Allocates nothing.
 *
 * <p>The function is read anew at each burst, as {@code rte_eth_rx_burst} does: on a stopped device a burst is empty, of which DPDK
 * complains once; after a restart it goes on. The queue's own address is read only when the function has changed, for it is the same
 * until the device is configured anew; take the queue anew then. Callbacks that others register on the queue
 * ({@code rte_eth_add_rx_callback}) are not called.
 */
public final class RxQueue {
    private final long functionAddress;
    private final long queuesAddress;
    private final long queueOffset;
    private MemorySegment function = MemorySegment.NULL;
    private long functionAtHand;
    private long queue;

    RxQueue(DpdkAbi abi, long fastPath, int number) {
        functionAddress = fastPath + abi.receiveBurst();
        queuesAddress = fastPath + abi.receiveQueues();
        queueOffset = (long) number * Long.BYTES;
    }

    /**
     * Takes up to {@code max} packets. Their mbufs belong to the caller, who frees or transmits them.
     *
     * @param array address of room for {@code max} pointers, where those of the packets are written
     * @return how many there were, 0 to {@code max}
     */
    public int receiveBurst(long array, int max) {
        if (NativeMemory.getLong(functionAddress) != functionAtHand) {
            refresh();
        }
        return HotCalls.burst(function, queue, array, max);
    }

    /** After the device was started or stopped. */
    private void refresh() {
        functionAtHand = NativeMemory.getLong(functionAddress);
        function = MemorySegment.ofAddress(functionAtHand);
        queue = NativeMemory.getLong(NativeMemory.getLong(queuesAddress) + queueOffset);
    }
}
