package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.dpdk.generated.rte_eth_conf;
import io.heliograph.bindings.dpdk.generated.rte_eth_dev_info;
import io.heliograph.bindings.dpdk.generated.rte_eth_fp_ops;
import io.heliograph.bindings.dpdk.generated.rte_eth_link;
import io.heliograph.bindings.dpdk.generated.rte_eth_rss_conf;
import io.heliograph.bindings.dpdk.generated.rte_eth_rxmode;
import io.heliograph.bindings.dpdk.generated.rte_eth_stats;
import io.heliograph.bindings.dpdk.generated.rte_eth_txmode;
import io.heliograph.bindings.dpdk.generated.rte_eth_xstat;
import io.heliograph.bindings.dpdk.generated.rte_eth_xstat_name;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    private boolean closed;

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

    /** As {@link #configure(DeviceConfiguration, List)}, with one pool for all receive queues. */
    public void configure(DeviceConfiguration configuration, Mempool pool) {
        configure(configuration, Collections.nCopies(configuration.receiveQueues(), pool));
    }

    /**
     * Sets it up: queues, descriptors, MTU, spreading, receive buffers of each receive queue from the pool at its place. The device is
     * stopped. Descriptor counts are rounded to what the driver takes. The MTU is left out where the driver knows none ({@link
     * DeviceInfo#limitsMtu}): there the device's own arguments bound frames.
     */
    public void configure(DeviceConfiguration configuration, List<Mempool> pools) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment conf = arena.allocate(library.abi().configurationBytes(), Long.BYTES);
            if (info().limitsMtu()) {
                rte_eth_rxmode.mtu(rte_eth_conf.rxmode(conf), configuration.mtuBytes());
            }
            rte_eth_rxmode.offloads(rte_eth_conf.rxmode(conf), configuration.receiveOffloads());
            rte_eth_txmode.offloads(rte_eth_conf.txmode(conf), configuration.transmitOffloads());
            if (configuration.rssFlowTypes() != 0) {
                rte_eth_rxmode.mq_mode(rte_eth_conf.rxmode(conf), DeviceConfiguration.MULTI_QUEUE_RSS);
                rte_eth_rss_conf.rss_hf(
                        rte_eth_conf.rx_adv_conf.rss_conf(rte_eth_conf.rx_adv_conf(conf)),
                        configuration.rssFlowTypes());
            }
            check(
                    "rte_eth_dev_configure",
                    dpdk_h.rte_eth_dev_configure(
                            (short) port,
                            (short) configuration.receiveQueues(),
                            (short) configuration.transmitQueues(),
                            conf));
            MemorySegment descriptors = arena.allocate(ValueLayout.JAVA_SHORT, 2);
            descriptors.setAtIndex(ValueLayout.JAVA_SHORT, 0, (short) configuration.receiveDescriptors());
            descriptors.setAtIndex(ValueLayout.JAVA_SHORT, 1, (short) configuration.transmitDescriptors());
            check(
                    "rte_eth_dev_adjust_nb_rx_tx_desc",
                    dpdk_h.rte_eth_dev_adjust_nb_rx_tx_desc(
                            (short) port, descriptors, descriptors.asSlice(Short.BYTES)));
            setUpQueues(configuration, descriptors, pools);
        }
    }

    private void setUpQueues(DeviceConfiguration configuration, MemorySegment descriptors, List<Mempool> pools) {
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
                            pools.get(queue).segment()));
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

    /** A receive queue, 0 to the number configured less one; take it anew after {@link #configure}. */
    public RxQueue receiveQueue(int queue) {
        return new RxQueue(library.abi(), fastPath(), queue);
    }

    /** A transmit queue, 0 to the number configured less one; take it anew after {@link #configure}. */
    public TxQueue transmitQueue(int queue) {
        return new TxQueue(library.abi(), fastPath(), queue);
    }

    /** Largest IP packet in bytes. */
    public int mtu() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mtu = arena.allocate(ValueLayout.JAVA_SHORT);
            check("rte_eth_dev_get_mtu", dpdk_h.rte_eth_dev_get_mtu((short) port, mtu));
            return Short.toUnsignedInt(mtu.get(ValueLayout.JAVA_SHORT, 0));
        }
    }

    /** Sets the largest IP packet, in bytes; some drivers want the device stopped. */
    public void mtu(int bytes) {
        check("rte_eth_dev_set_mtu", dpdk_h.rte_eth_dev_set_mtu((short) port, (short) bytes));
    }

    /** The six bytes of its MAC address. */
    public byte[] macAddress() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mac = arena.allocate(dpdk_h.RTE_ETHER_ADDR_LEN(), Short.BYTES);
            check("rte_eth_macaddr_get", dpdk_h.rte_eth_macaddr_get((short) port, mac));
            return mac.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** Whether frames for other MAC addresses are received too. */
    public void promiscuous(boolean on) {
        if (on) {
            check("rte_eth_promiscuous_enable", dpdk_h.rte_eth_promiscuous_enable((short) port));
        } else {
            check("rte_eth_promiscuous_disable", dpdk_h.rte_eth_promiscuous_disable((short) port));
        }
    }

    public boolean isPromiscuous() {
        return check("rte_eth_promiscuous_get", dpdk_h.rte_eth_promiscuous_get((short) port)) == 1;
    }

    /** Receives all multicast frames, which IPv6 neighbour discovery needs. */
    public void receiveAllMulticast() {
        check("rte_eth_allmulticast_enable", dpdk_h.rte_eth_allmulticast_enable((short) port));
    }

    /** The link as the driver knows it now; does not wait for it to come up. */
    public LinkStatus link() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment link = arena.allocate(rte_eth_link.layout());
            check("rte_eth_link_get_nowait", dpdk_h.rte_eth_link_get_nowait((short) port, link));
            return LinkStatus.read(link);
        }
    }

    /** Counters since start or {@link #resetStatistics}. */
    public DeviceStatistics statistics() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statistics = arena.allocate(rte_eth_stats.layout());
            check("rte_eth_stats_get", dpdk_h.rte_eth_stats_get((short) port, statistics));
            return DeviceStatistics.read(statistics);
        }
    }

    /** The driver's own counters by name, in its order. */
    public Map<String, Long> extendedStatistics() {
        try (Arena arena = Arena.ofConfined()) {
            int count = check(
                    "rte_eth_xstats_get_names", dpdk_h.rte_eth_xstats_get_names((short) port, MemorySegment.NULL, 0));
            MemorySegment names = rte_eth_xstat_name.allocateArray(count, arena);
            MemorySegment values = rte_eth_xstat.allocateArray(count, arena);
            check("rte_eth_xstats_get_names", dpdk_h.rte_eth_xstats_get_names((short) port, names, count));
            int got = check("rte_eth_xstats_get", dpdk_h.rte_eth_xstats_get((short) port, values, count));
            Map<String, Long> statistics = new LinkedHashMap<>();
            for (int i = 0; i < Math.min(got, count); i++) {
                MemorySegment value = rte_eth_xstat.asSlice(values, i);
                MemorySegment name = rte_eth_xstat_name.asSlice(names, rte_eth_xstat.id(value));
                statistics.put(rte_eth_xstat_name.name(name).getString(0), rte_eth_xstat.value(value));
            }
            return statistics;
        }
    }

    /** Sets all counters to zero, the driver's own too where it can. */
    public void resetStatistics() {
        check("rte_eth_stats_reset", dpdk_h.rte_eth_stats_reset((short) port));
        int ignored = dpdk_h.rte_eth_xstats_reset((short) port);
    }

    /** Closes it and frees its queues. It stays plugged in, without a name or port, until EAL stops: see {@link #remove}. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            check("rte_eth_dev_close", dpdk_h.rte_eth_dev_close((short) port));
        }
    }

    /** Closes it and unplugs it from its bus, so that one of that name can be added again. */
    public void remove() {
        MemorySegment device;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DeviceInfo.NATIVE_BYTES, Long.BYTES);
            check("rte_eth_dev_info_get", dpdk_h.rte_eth_dev_info_get((short) port, info));
            device = rte_eth_dev_info.device(info);
        }
        close();
        check("rte_dev_remove", dpdk_h.rte_dev_remove(device));
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
}
