package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * One transmit queue of an Ethernet device, used by one thread at a time. Allocates nothing.
 *
 * <p>The function is read anew at each burst, as {@code rte_eth_tx_burst} does: on a stopped device nothing is sent, of which DPDK
 * complains once; after a restart it goes on. The queue's own address is read only when the function has changed, for it is the same
 * until the device is configured anew; take the queue anew then. Callbacks that others register on the queue
 * ({@code rte_eth_add_tx_callback}) are not called.
 */
public final class TxQueue {
    private final long functionAddress;
    private final long queuesAddress;
    private final long queueOffset;
    private MemorySegment function = MemorySegment.NULL;
    private long functionAtHand;
    private long queue;

    TxQueue(DpdkAbi abi, long fastPath, int number) {
        functionAddress = fastPath + abi.transmitBurst();
        queuesAddress = fastPath + abi.transmitQueues();
        queueOffset = (long) number * Long.BYTES;
    }

    /**
     * Hands over the first packets of {@code count}. The mbufs that were taken belong to the device, which frees them; the rest stays
     * the caller's.
     *
     * @param array address of {@code count} pointers to mbufs
     * @return how many were taken, 0 to {@code count}
     */
    public int transmitBurst(long array, int count) {
        if (NativeMemory.getLong(functionAddress) != functionAtHand) {
            refresh();
        }
        return HotCalls.burst(function, queue, array, count);
    }

    /** After the device was started or stopped. */
    private void refresh() {
        functionAtHand = NativeMemory.getLong(functionAddress);
        function = MemorySegment.ofAddress(functionAtHand);
        queue = NativeMemory.getLong(NativeMemory.getLong(queuesAddress) + queueOffset);
    }
}
