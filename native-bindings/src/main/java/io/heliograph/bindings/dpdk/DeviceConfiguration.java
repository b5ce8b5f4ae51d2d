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
 */
public record DeviceConfiguration(
        int receiveQueues,
        int transmitQueues,
        int receiveDescriptors,
        int transmitDescriptors,
        int mtuBytes,
        long receiveOffloads,
        long transmitOffloads) {
    /** One queue each way, 1024 descriptors, the usual MTU, no offloads. */
    public static DeviceConfiguration defaults() {
        return new DeviceConfiguration(1, 1, 1024, 1024, 0, 0, 0);
    }

    public DeviceConfiguration withQueues(int receive, int transmit) {
        return new DeviceConfiguration(
                receive,
                transmit,
                receiveDescriptors,
                transmitDescriptors,
                mtuBytes,
                receiveOffloads,
                transmitOffloads);
    }

    public DeviceConfiguration withDescriptors(int receive, int transmit) {
        return new DeviceConfiguration(
                receiveQueues, transmitQueues, receive, transmit, mtuBytes, receiveOffloads, transmitOffloads);
    }

    public DeviceConfiguration withMtuBytes(int mtu) {
        return new DeviceConfiguration(
                receiveQueues,
                transmitQueues,
                receiveDescriptors,
                transmitDescriptors,
                mtu,
                receiveOffloads,
                transmitOffloads);
    }

    public DeviceConfiguration withOffloads(long receive, long transmit) {
        return new DeviceConfiguration(
                receiveQueues, transmitQueues, receiveDescriptors, transmitDescriptors, mtuBytes, receive, transmit);
    }
}
