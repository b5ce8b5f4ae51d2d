package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.dpdk.generated.rte_eth_conf;
import io.heliograph.bindings.dpdk.generated.rte_eth_dev_info;
import io.heliograph.bindings.dpdk.generated.rte_eth_fp_ops;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The binary interfaces of DPDK that are known here, one for each long-term release: a library's soname tells which it is.
 *
 * <p>The generated classes have the layouts of 22.11. What differs since is kept here, in bytes, found by compiling one probe
 * against the headers of v22.11.11, v23.11.7, v24.11.6 and v25.11.2; everything else that is used here (mbuf, mempool, its caches
 * and operations, statistics) is the same in all four. Only 22.11 is run by the tests.
 */
public enum DpdkAbi {
    V22_11(
            "22.11",
            23,
            rte_eth_fp_ops.rx_pkt_burst$offset(),
            rte_eth_fp_ops.rxq$offset(),
            rte_eth_fp_ops.tx_pkt_burst$offset(),
            rte_eth_fp_ops.txq$offset(),
            rte_eth_conf.sizeof(),
            rte_eth_dev_info.max_rx_pktlen$offset(),
            rte_eth_dev_info.max_rx_queues$offset(),
            rte_eth_dev_info.max_tx_queues$offset()),
    V23_11("23.11", 24, 16, 0, 80, 64, 2280, 40, 48, 50),
    V24_11("24.11", 25, 16, 0, 80, 64, 2280, 40, 48, 50),
    V25_11("25.11", 26, 16, 0, 80, 64, 2280, 40, 48, 50);

    private final String release;
    private final int soname;
    private final long receiveBurst;
    private final long receiveQueues;
    private final long transmitBurst;
    private final long transmitQueues;
    private final long configurationBytes;
    private final long maxReceivePacketLength;
    private final long maxReceiveQueues;
    private final long maxTransmitQueues;

    DpdkAbi(
            String release,
            int soname,
            long receiveBurst,
            long receiveQueues,
            long transmitBurst,
            long transmitQueues,
            long configurationBytes,
            long maxReceivePacketLength,
            long maxReceiveQueues,
            long maxTransmitQueues) {
        this.release = release;
        this.soname = soname;
        this.receiveBurst = receiveBurst;
        this.receiveQueues = receiveQueues;
        this.transmitBurst = transmitBurst;
        this.transmitQueues = transmitQueues;
        this.configurationBytes = configurationBytes;
        this.maxReceivePacketLength = maxReceivePacketLength;
        this.maxReceiveQueues = maxReceiveQueues;
        this.maxTransmitQueues = maxTransmitQueues;
    }

    /** All of them in words, for messages: {@code 22.11 (soname 23), 23.11 (soname 24), ...}. */
    public static String supported() {
        return Arrays.stream(values()).map(DpdkAbi::toString).collect(Collectors.joining(", "));
    }

    /** The release it came with, {@code 22.11}. */
    public String release() {
        return release;
    }

    /** The number in the libraries' sonames, 23 for {@code librte_eal.so.23}. */
    public int soname() {
        return soname;
    }

    /** Where {@code rte_eth_fp_ops.rx_pkt_burst} is. */
    long receiveBurst() {
        return receiveBurst;
    }

    /** Where {@code rte_eth_fp_ops.rxq.data} is. */
    long receiveQueues() {
        return receiveQueues;
    }

    /** Where {@code rte_eth_fp_ops.tx_pkt_burst} is. */
    long transmitBurst() {
        return transmitBurst;
    }

    /** Where {@code rte_eth_fp_ops.txq.data} is. */
    long transmitQueues() {
        return transmitQueues;
    }

    /** Size of {@code struct rte_eth_conf}. */
    long configurationBytes() {
        return configurationBytes;
    }

    /** Where {@code rte_eth_dev_info.max_rx_pktlen} is. */
    long maxReceivePacketLength() {
        return maxReceivePacketLength;
    }

    /** Where {@code rte_eth_dev_info.max_rx_queues} is. */
    long maxReceiveQueues() {
        return maxReceiveQueues;
    }

    /** Where {@code rte_eth_dev_info.max_tx_queues} is. */
    long maxTransmitQueues() {
        return maxTransmitQueues;
    }

    @Override
    public String toString() {
        return release + " (soname " + soname + ")";
    }
}
