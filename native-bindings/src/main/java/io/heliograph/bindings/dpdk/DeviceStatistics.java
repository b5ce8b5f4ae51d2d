package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.rte_eth_stats;
import java.lang.foreign.MemorySegment;

/**
 * A device's counters ({@code struct rte_eth_stats}). What a byte counter includes, the CRC for one, is up to the driver.
 *
 * @param receivedPackets frames received
 * @param transmittedPackets frames sent
 * @param receivedBytes bytes received
 * @param transmittedBytes bytes sent
 * @param missedPackets dropped by the hardware because no one polled in time
 * @param receiveErrors frames received with an error
 * @param transmitErrors frames that could not be sent
 * @param noMbufs frames dropped because the pool was empty
 */
public record DeviceStatistics(
        long receivedPackets,
        long transmittedPackets,
        long receivedBytes,
        long transmittedBytes,
        long missedPackets,
        long receiveErrors,
        long transmitErrors,
        long noMbufs) {
    static DeviceStatistics read(MemorySegment statistics) {
        return new DeviceStatistics(
                rte_eth_stats.ipackets(statistics),
                rte_eth_stats.opackets(statistics),
                rte_eth_stats.ibytes(statistics),
                rte_eth_stats.obytes(statistics),
                rte_eth_stats.imissed(statistics),
                rte_eth_stats.ierrors(statistics),
                rte_eth_stats.oerrors(statistics),
                rte_eth_stats.rx_nombuf(statistics));
    }
}
