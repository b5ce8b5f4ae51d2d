package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.MemorySegment;

/**
 * One transmit queue of an Ethernet device, used by one thread at a time. Allocates nothing.
 *
 * <p>Function and queue are read anew at each burst, as {@code rte_eth_tx_burst} does: on a stopped device nothing is sent, of which
 * DPDK complains once; after a restart it goes on. Callbacks that others register on the queue ({@code rte_eth_add_tx_callback})
 * are not called.
 */
public final class TxQueue {
    private final long functionAddress;
    private final long queuesAddress;
    private final long queueOffset;
    private MemorySegment function = MemorySegment.NULL;

    TxQueue(DpdkAbi abi, long fastPath, int queue) {
        functionAddress = fastPath + abi.transmitBurst();
        queuesAddress = fastPath + abi.transmitQueues();
        queueOffset = (long) queue * Long.BYTES;
    }

    /**
     * Hands over the first packets of {@code count}. The mbufs that were taken belong to the device, which frees them; the rest stays
     * the caller's.
     *
     * @param array address of {@code count} pointers to mbufs
     * @return how many were taken, 0 to {@code count}
     */
    public int transmitBurst(long array, int count) {
        long address = NativeMemory.getLong(functionAddress);
        if (address != function.address()) {
            function = MemorySegment.ofAddress(address);
        }
        return HotCalls.burst(
                function, NativeMemory.getLong(NativeMemory.getLong(queuesAddress) + queueOffset), array, count);
    }
}
