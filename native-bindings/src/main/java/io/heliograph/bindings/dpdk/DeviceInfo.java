package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.rte_eth_dev_info;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What an Ethernet device can do ({@code struct rte_eth_dev_info}).
 *
 * @param name the device's name
 * @param driver its driver's name
 * @param interfaceIndex of the kernel's interface below it, 0 if none
 * @param minMtuBytes smallest MTU
 * @param maxMtuBytes largest MTU
 * @param maxReceivePacketBytes largest frame
 * @param maxReceiveQueues how many it has
 * @param maxTransmitQueues how many it has
 * @param receiveOffloads {@code RTE_ETH_RX_OFFLOAD_*} that can be asked for
 * @param transmitOffloads {@code RTE_ETH_TX_OFFLOAD_*} that can be asked for
 * @param rssFlowTypes {@code RTE_ETH_RSS_*} that can be spread over its receive queues, 0 if none
 */
public record DeviceInfo(
        String name,
        String driver,
        int interfaceIndex,
        int minMtuBytes,
        int maxMtuBytes,
        long maxReceivePacketBytes,
        int maxReceiveQueues,
        int maxTransmitQueues,
        long receiveOffloads,
        long transmitOffloads,
        long rssFlowTypes) {
    /** Room for any version's: 376 bytes up to 25.11. */
    static final long NATIVE_BYTES = 1024;

    /**
     * Whether the driver knows of an MTU. Some software drivers (af_packet, memif, null, ring) do not and name ethdev's defaults, 65535
     * next to a largest frame of 1518, whatever they can carry: ethdev would refuse an MTU above 1500 for them.
     */
    public boolean limitsMtu() {
        return maxMtuBytes != 0xFFFF;
    }

    @SuppressWarnings("restricted") // a driver's name ends with a zero byte
    static DeviceInfo read(DpdkAbi abi, String name, MemorySegment info) {
        MemorySegment driver = rte_eth_dev_info.driver_name(info);
        return new DeviceInfo(
                name,
                driver.address() == 0 ? "" : driver.reinterpret(256).getString(0),
                rte_eth_dev_info.if_index(info),
                Short.toUnsignedInt(rte_eth_dev_info.min_mtu(info)),
                Short.toUnsignedInt(rte_eth_dev_info.max_mtu(info)),
                Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT, abi.maxReceivePacketLength())),
                Short.toUnsignedInt(info.get(ValueLayout.JAVA_SHORT, abi.maxReceiveQueues())),
                Short.toUnsignedInt(info.get(ValueLayout.JAVA_SHORT, abi.maxTransmitQueues())),
                rte_eth_dev_info.rx_offload_capa(info),
                rte_eth_dev_info.tx_offload_capa(info),
                rte_eth_dev_info.flow_type_rss_offloads(info));
    }
}
