package io.heliograph.bindings.dpdk;

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
import io.heliograph.bindings.dpdk.generated.rte_mbuf;
import io.heliograph.bindings.dpdk.generated.rte_mempool;
import io.heliograph.bindings.dpdk.generated.rte_mempool_cache;
import io.heliograph.bindings.dpdk.generated.rte_mempool_ops;
import io.heliograph.bindings.dpdk.generated.rte_mempool_ops_table;
import io.heliograph.bindings.dpdk.generated.rte_pktmbuf_pool_private;
import io.heliograph.testing.LayoutProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every size, offset and constant of DPDK that this package uses, as the compiler sees the installed headers. */
class DpdkLayoutTest {
    @Test
    void shouldAgreeWithTheCompilerWhenHeadersAreInstalled(@TempDir Path directory)
            throws IOException, InterruptedException {
        String version = LayoutProbe.version("libdpdk");
        Optional<DpdkAbi> abi = Arrays.stream(DpdkAbi.values())
                .filter(known -> version.startsWith(known.release()))
                .findFirst();
        Assumptions.assumeTrue(abi.isPresent(), "headers of an unknown DPDK: version=" + version);
        LayoutProbe probe = new LayoutProbe(
                "libdpdk", "rte_config.h", "rte_lcore.h", "rte_mempool.h", "rte_mbuf.h", "rte_ethdev.h");
        addMbuf(probe);
        addMempool(probe);
        addFastPath(probe, abi.get());
        addDevice(probe, abi.get());
        probe.check(directory);
    }

    private static void addMbuf(LayoutProbe probe) {
        probe.size("rte_mbuf", rte_mbuf.sizeof())
                .offset("rte_mbuf", "buf_addr", rte_mbuf.buf_addr$offset())
                .offset("rte_mbuf", "data_off", rte_mbuf.data_off$offset())
                .offset("rte_mbuf", "refcnt", rte_mbuf.refcnt$offset())
                .offset("rte_mbuf", "nb_segs", rte_mbuf.nb_segs$offset())
                .offset("rte_mbuf", "port", rte_mbuf.port$offset())
                .offset("rte_mbuf", "ol_flags", rte_mbuf.ol_flags$offset())
                .offset("rte_mbuf", "packet_type", rte_mbuf.packet_type$offset())
                .offset("rte_mbuf", "pkt_len", rte_mbuf.pkt_len$offset())
                .offset("rte_mbuf", "data_len", rte_mbuf.data_len$offset())
                .offset("rte_mbuf", "vlan_tci_outer", rte_mbuf.vlan_tci_outer$offset())
                .offset("rte_mbuf", "buf_len", rte_mbuf.buf_len$offset())
                .offset("rte_mbuf", "pool", rte_mbuf.pool$offset())
                .offset("rte_mbuf", "next", rte_mbuf.next$offset())
                .offset("rte_mbuf", "tx_offload", rte_mbuf.tx_offload$offset())
                // what Mbuf.reset stores at once is adjacent and in this order
                .offset("rte_mbuf", "refcnt", rte_mbuf.data_off$offset() + 2)
                .offset("rte_mbuf", "nb_segs", rte_mbuf.data_off$offset() + 4)
                .offset("rte_mbuf", "port", rte_mbuf.data_off$offset() + 6)
                .offset("rte_mbuf", "pkt_len", rte_mbuf.packet_type$offset() + 4)
                .offset("rte_mbuf", "vlan_tci", rte_mbuf.data_len$offset() + 2)
                .width("rte_mbuf", "packet_type", 4)
                .width("rte_mbuf", "data_len", 2)
                .width("rte_mbuf", "vlan_tci", 2)
                .width("rte_mbuf", "tx_offload", 8)
                .value("RTE_PKTMBUF_HEADROOM", dpdk_h.RTE_PKTMBUF_HEADROOM())
                .value("RTE_MBUF_PORT_INVALID", dpdk_h.RTE_MBUF_PORT_INVALID());
    }

    private static void addMempool(LayoutProbe probe) {
        probe.offset("rte_mempool", "cache_size", rte_mempool.cache_size$offset())
                .offset("rte_mempool", "ops_index", rte_mempool.ops_index$offset())
                .offset("rte_mempool", "local_cache", rte_mempool.local_cache$offset())
                .size("rte_mempool_cache", rte_mempool_cache.sizeof())
                .offset("rte_mempool_cache", "size", rte_mempool_cache.size$offset())
                .offset("rte_mempool_cache", "flushthresh", rte_mempool_cache.flushthresh$offset())
                .offset("rte_mempool_cache", "len", rte_mempool_cache.len$offset())
                .offset("rte_mempool_cache", "objs", rte_mempool_cache.objs$offset())
                .size("rte_pktmbuf_pool_private", rte_pktmbuf_pool_private.sizeof())
                .offset(
                        "rte_pktmbuf_pool_private",
                        "mbuf_data_room_size",
                        rte_pktmbuf_pool_private.mbuf_data_room_size$offset())
                .value("RTE_MEMPOOL_F_NO_IOVA_CONTIG", dpdk_h.RTE_MEMPOOL_F_NO_IOVA_CONTIG())
                .size("rte_mempool_ops", rte_mempool_ops.sizeof())
                .offset("rte_mempool_ops", "enqueue", rte_mempool_ops.enqueue$offset())
                .offset("rte_mempool_ops", "dequeue", rte_mempool_ops.dequeue$offset())
                .offset("rte_mempool_ops_table", "ops", rte_mempool_ops_table.ops$offset())
                .value("RTE_MEMPOOL_CACHE_MAX_SIZE", dpdk_h.RTE_MEMPOOL_CACHE_MAX_SIZE())
                .value("(int) LCORE_ID_ANY", dpdk_h.LCORE_ID_ANY())
                .value("SOCKET_ID_ANY", dpdk_h.SOCKET_ID_ANY());
    }

    private static void addFastPath(LayoutProbe probe, DpdkAbi abi) {
        probe.size("rte_eth_fp_ops", rte_eth_fp_ops.sizeof())
                .offset("rte_eth_fp_ops", "rx_pkt_burst", abi.receiveBurst())
                .offset("rte_eth_fp_ops", "rxq.data", abi.receiveQueues())
                .offset("rte_eth_fp_ops", "tx_pkt_burst", abi.transmitBurst())
                .offset("rte_eth_fp_ops", "txq.data", abi.transmitQueues());
    }

    private static void addDevice(LayoutProbe probe, DpdkAbi abi) {
        probe.size("rte_eth_conf", abi.configurationBytes())
                .offset("rte_eth_conf", "rxmode", rte_eth_conf.rxmode$offset())
                .offset("rte_eth_conf", "txmode", rte_eth_conf.txmode$offset())
                .offset("rte_eth_rxmode", "mq_mode", rte_eth_rxmode.mq_mode$offset())
                .offset(
                        "rte_eth_conf",
                        "rx_adv_conf.rss_conf",
                        rte_eth_conf.rx_adv_conf$offset() + rte_eth_conf.rx_adv_conf.rss_conf$offset())
                .offset("rte_eth_rss_conf", "rss_hf", rte_eth_rss_conf.rss_hf$offset())
                .value("RTE_ETH_MQ_RX_RSS", DeviceConfiguration.MULTI_QUEUE_RSS)
                .value("RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV6_UDP", DeviceConfiguration.RSS_UDP)
                .offset("rte_eth_rxmode", "mtu", rte_eth_rxmode.mtu$offset())
                .offset("rte_eth_rxmode", "offloads", rte_eth_rxmode.offloads$offset())
                .offset("rte_eth_txmode", "offloads", rte_eth_txmode.offloads$offset())
                .value("sizeof(struct rte_eth_dev_info) <= " + DeviceInfo.NATIVE_BYTES, 1)
                .offset("rte_eth_dev_info", "device", rte_eth_dev_info.device$offset())
                .offset("rte_eth_dev_info", "driver_name", rte_eth_dev_info.driver_name$offset())
                .offset("rte_eth_dev_info", "if_index", rte_eth_dev_info.if_index$offset())
                .offset("rte_eth_dev_info", "min_mtu", rte_eth_dev_info.min_mtu$offset())
                .offset("rte_eth_dev_info", "max_mtu", rte_eth_dev_info.max_mtu$offset())
                .offset("rte_eth_dev_info", "max_rx_pktlen", abi.maxReceivePacketLength())
                .offset("rte_eth_dev_info", "max_rx_queues", abi.maxReceiveQueues())
                .offset("rte_eth_dev_info", "max_tx_queues", abi.maxTransmitQueues())
                .offset("rte_eth_dev_info", "rx_offload_capa", rte_eth_dev_info.rx_offload_capa$offset())
                .offset("rte_eth_dev_info", "tx_offload_capa", rte_eth_dev_info.tx_offload_capa$offset())
                .offset("rte_eth_dev_info", "flow_type_rss_offloads", rte_eth_dev_info.flow_type_rss_offloads$offset())
                .value("sizeof(struct rte_eth_stats) <= " + rte_eth_stats.sizeof(), 1)
                .offset("rte_eth_stats", "ipackets", rte_eth_stats.ipackets$offset())
                .offset("rte_eth_stats", "opackets", rte_eth_stats.opackets$offset())
                .offset("rte_eth_stats", "ibytes", rte_eth_stats.ibytes$offset())
                .offset("rte_eth_stats", "obytes", rte_eth_stats.obytes$offset())
                .offset("rte_eth_stats", "imissed", rte_eth_stats.imissed$offset())
                .offset("rte_eth_stats", "ierrors", rte_eth_stats.ierrors$offset())
                .offset("rte_eth_stats", "oerrors", rte_eth_stats.oerrors$offset())
                .offset("rte_eth_stats", "rx_nombuf", rte_eth_stats.rx_nombuf$offset())
                .size("rte_eth_link", rte_eth_link.sizeof())
                .offset("rte_eth_link", "link_speed", rte_eth_link.link_speed$offset())
                .value(
                        "({ struct rte_eth_link l; memset(&l, 0, sizeof l); l.link_status = 1; ((char *) &l)["
                                + LinkStatus.FLAGS_OFFSET + "]; })",
                        LinkStatus.STATUS_BIT)
                .size("rte_eth_xstat", rte_eth_xstat.sizeof())
                .offset("rte_eth_xstat", "id", rte_eth_xstat.id$offset())
                .offset("rte_eth_xstat", "value", rte_eth_xstat.value$offset())
                .size("rte_eth_xstat_name", rte_eth_xstat_name.sizeof())
                .value("RTE_ETH_NAME_MAX_LEN", dpdk_h.RTE_ETH_NAME_MAX_LEN())
                .value("RTE_ETHER_ADDR_LEN", dpdk_h.RTE_ETHER_ADDR_LEN());
    }
}
