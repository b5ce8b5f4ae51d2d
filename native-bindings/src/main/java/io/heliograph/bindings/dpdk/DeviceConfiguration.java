package io.heliograph.bindings.dpdk;

/**
 * How an Ethernet device is set up.
 *
 * @param receiveQueues how many, each polled by one thread
 * @param transmitQueues how many, each used by one thread
 * @param receiveDescriptors descriptors of a receive queue, frames it holds until they are polled
 * @param transmitDescriptors descriptors of a transmit queue
 * @param mtuBytes largest IP packet, 0 for the usual 1500
 * @param receiveOffloads {@code RTE_ETH_RX_OFFLOAD_*}
 * @param transmitOffloads {@code RTE_ETH_TX_OFFLOAD_*}
 * @param rssFlowTypes {@code RTE_ETH_RSS_*}: packets of these are spread over the receive queues by a hash of their addresses and ports
 *     (receive-side scaling); 0 leaves the spreading to the device
 */
public record DeviceConfiguration(
        int receiveQueues,
        int transmitQueues,
        int receiveDescriptors,
        int transmitDescriptors,
        int mtuBytes,
        long receiveOffloads,
        long transmitOffloads,
        long rssFlowTypes) {
    /** {@code RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV6_UDP} (rte_ethdev.h): UDP by addresses and ports. */
    public static final long RSS_UDP = 1L << 5 | 1L << 11;

    /** {@code RTE_ETH_MQ_RX_RSS} (rte_ethdev.h). */
    static final int MULTI_QUEUE_RSS = 1;

    /** One queue each way, 1024 descriptors, the usual MTU, no offloads, no RSS. */
    public static DeviceConfiguration defaults() {
        return new DeviceConfiguration(1, 1, 1024, 1024, 0, 0, 0, 0);
    }

    public DeviceConfiguration withQueues(int receive, int transmit) {
        return new DeviceConfiguration(
                receive,
                transmit,
                receiveDescriptors,
                transmitDescriptors,
                mtuBytes,
                receiveOffloads,
                transmitOffloads,
                rssFlowTypes);
    }

    public DeviceConfiguration withDescriptors(int receive, int transmit) {
        return new DeviceConfiguration(
                receiveQueues,
                transmitQueues,
                receive,
                transmit,
                mtuBytes,
                receiveOffloads,
                transmitOffloads,
                rssFlowTypes);
    }

    public DeviceConfiguration withMtuBytes(int mtu) {
        return new DeviceConfiguration(
                receiveQueues,
                transmitQueues,
                receiveDescriptors,
                transmitDescriptors,
                mtu,
                receiveOffloads,
                transmitOffloads,
                rssFlowTypes);
    }

    public DeviceConfiguration withOffloads(long receive, long transmit) {
        return new DeviceConfiguration(
                receiveQueues,
                transmitQueues,
                receiveDescriptors,
                transmitDescriptors,
                mtuBytes,
                receive,
                transmit,
                rssFlowTypes);
    }

    public DeviceConfiguration withRssFlowTypes(long flowTypes) {
        return new DeviceConfiguration(
                receiveQueues,
                transmitQueues,
                receiveDescriptors,
                transmitDescriptors,
                mtuBytes,
                receiveOffloads,
                transmitOffloads,
                flowTypes);
    }
}
