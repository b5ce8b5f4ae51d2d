package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_eth_conf;
import io.heliograph.bindings.dpdk.generated.rte_eth_fp_ops;
import io.heliograph.bindings.dpdk.generated.rte_eth_rxmode;
import io.heliograph.bindings.dpdk.generated.rte_eth_txmode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One Ethernet device of DPDK, whatever its driver: {@link #configure}, {@link #start}, take its queues, {@link #stop}, {@link #close}.
 * Cold path, one thread at a time; the queues are the hot path.
 *
 * <p>Every method throws {@link EnvironmentException} where the driver refuses, with its error and last words.
 */
public final class EthernetDevice implements AutoCloseable {
    private final DpdkLibrary library;
    private final EalLog log;
    private final int port;

    EthernetDevice(DpdkLibrary library, EalLog log, int port) {
        this.library = library;
        this.log = log;
        this.port = port;
    }

    /** DPDK's number for it. */
    public int port() {
        return port;
    }

    /** {@code net_null0}, {@code 0000:01:00.0}. */
    public String name() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(dpdk_h.RTE_ETH_NAME_MAX_LEN());
            check("rte_eth_dev_get_name_by_port", dpdk_h.rte_eth_dev_get_name_by_port((short) port, name));
            return name.getString(0);
        }
    }

    /** What driver and hardware can do. */
    public DeviceInfo info() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DeviceInfo.NATIVE_BYTES, Long.BYTES);
            check("rte_eth_dev_info_get", dpdk_h.rte_eth_dev_info_get((short) port, info));
            return DeviceInfo.read(library.abi(), name(), info);
        }
    }

    /**
     * Sets it up: queues, descriptors, MTU, receive buffers from {@code pool}. The device is stopped. Descriptor counts are rounded to
     * what the driver takes.
     */
    public void configure(DeviceConfiguration configuration, Mempool pool) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment native_ = arena.allocate(library.abi().configurationBytes(), Long.BYTES);
            rte_eth_rxmode.mtu(rte_eth_conf.rxmode(native_), configuration.mtuBytes());
            rte_eth_rxmode.offloads(rte_eth_conf.rxmode(native_), configuration.receiveOffloads());
            rte_eth_txmode.offloads(rte_eth_conf.txmode(native_), configuration.transmitOffloads());
            check(
                    "rte_eth_dev_configure",
                    dpdk_h.rte_eth_dev_configure(
                            (short) port,
                            (short) configuration.receiveQueues(),
                            (short) configuration.transmitQueues(),
                            native_));
            MemorySegment descriptors = arena.allocate(ValueLayout.JAVA_SHORT, 2);
            descriptors.setAtIndex(ValueLayout.JAVA_SHORT, 0, (short) configuration.receiveDescriptors());
            descriptors.setAtIndex(ValueLayout.JAVA_SHORT, 1, (short) configuration.transmitDescriptors());
            check(
                    "rte_eth_dev_adjust_nb_rx_tx_desc",
                    dpdk_h.rte_eth_dev_adjust_nb_rx_tx_desc((short) port, descriptors, descriptors.asSlice(Short.BYTES)));
            setUpQueues(configuration, descriptors, pool);
        }
    }

    private void setUpQueues(DeviceConfiguration configuration, MemorySegment descriptors, Mempool pool) {
        int socket = dpdk_h.rte_eth_dev_socket_id((short) port);
        for (int queue = 0; queue < configuration.receiveQueues(); queue++) {
            check(
                    "rte_eth_rx_queue_setup",
                    dpdk_h.rte_eth_rx_queue_setup(
                            (short) port,
                            (short) queue,
                            descriptors.getAtIndex(ValueLayout.JAVA_SHORT, 0),
                            socket,
                            MemorySegment.NULL,
                            pool.segment()));
        }
        for (int queue = 0; queue < configuration.transmitQueues(); queue++) {
            check(
                    "rte_eth_tx_queue_setup",
                    dpdk_h.rte_eth_tx_queue_setup(
                            (short) port,
                            (short) queue,
                            descriptors.getAtIndex(ValueLayout.JAVA_SHORT, 1),
                            socket,
                            MemorySegment.NULL));
        }
    }

    public void start() {
        check("rte_eth_dev_start", dpdk_h.rte_eth_dev_start((short) port));
    }

    /** Stops it; bursts then find nothing and take nothing. No thread may be in a burst meanwhile. */
    public void stop() {
        check("rte_eth_dev_stop", dpdk_h.rte_eth_dev_stop((short) port));
    }

    /** A receive queue, 0 to the number configured less one. */
    public RxQueue receiveQueue(int queue) {
        return new RxQueue(library.abi(), fastPath(), queue);
    }

    /** A transmit queue, 0 to the number configured less one. */
    public TxQueue transmitQueue(int queue) {
        return new TxQueue(library.abi(), fastPath(), queue);
    }

    private long fastPath() {
        return library.variable("rte_eth_fp_ops") + port * rte_eth_fp_ops.sizeof();
    }

    private int check(String function, int result) {
        if (result < 0) {
            throw new EnvironmentException("Ethernet device refused: function=" + function + " port=" + port + " error="
                    + DpdkLibrary.describe(result) + " log=[" + log.recentLines()
                    + "]; compare the configuration with what the device offers");
        }
        return result;
    }

    @Override
    public void close() {
        check("rte_eth_dev_close", dpdk_h.rte_eth_dev_close((short) port));
    }
}
