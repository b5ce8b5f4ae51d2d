package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DeviceConfiguration;
import io.heliograph.bindings.dpdk.DeviceInfo;
import io.heliograph.bindings.dpdk.DeviceStatistics;
import io.heliograph.bindings.dpdk.Eal;
import io.heliograph.bindings.dpdk.EthernetDevice;
import io.heliograph.bindings.dpdk.LinkStatus;
import io.heliograph.bindings.dpdk.Mempool;
import io.heliograph.bindings.dpdk.RxQueue;
import io.heliograph.bindings.dpdk.TxQueue;
import io.heliograph.transport.MacAddress;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the ports on one Ethernet device share: it is set up with a queue pair and a pool of frames for each of them, started when all are
 * there, and stopped and unplugged when the last one closes.
 *
 * <p>Where the hardware can spread packets by UDP ports (RSS), it is told to; where not, the device spreads them as it does by itself. Some
 * devices are several to DPDK, one for each queue: see {@link DpdkDrivers#parts}. Cold path; any thread.
 */
final class DpdkDevice {
    private static final System.Logger LOGGER = System.getLogger(DpdkDevice.class.getName());

    private static final int CACHE_FRAMES = 256;
    /** A cache holds up to one and a half times its size before it gives back (rte_mempool.c, CACHE_FLUSHTHRESH_MULTIPLIER). */
    private static final int CACHE_GREATEST_FRAMES = CACHE_FRAMES * 3 / 2;
    /** Polling thread and one that took over or gave up its place. */
    private static final int CACHES = 2;

    private final Eal eal;
    private final DpdkPortConfig config;
    private final String arguments;
    private final List<EthernetDevice> parts = new ArrayList<>();
    private final List<Mempool> pools = new ArrayList<>();
    private final int queues;
    private int openPorts;
    private int started;

    private DpdkDevice(Eal eal, DpdkPortConfig config, String arguments, int queues) {
        this.eal = eal;
        this.config = config;
        this.arguments = arguments;
        this.queues = queues;
        this.openPorts = queues;
    }

    /**
     * Starts DPDK if this process has not, and opens a device for so many ports, each of which calls {@link #release} once.
     *
     * @throws EnvironmentException if DPDK, the device, a privilege, queues or memory are missing, or the device refuses the MTU
     */
    static DpdkDevice open(DpdkPortConfig config, int queues) {
        List<String> parts = DpdkDrivers.parts(config.device(), config.mtuBytes(), queues);
        Eal eal = DpdkEnvironment.eal(config);
        DpdkDevice device = new DpdkDevice(eal, config, parts.getFirst(), queues);
        Memif.removeDeadSocket(device.arguments);
        DpdkDrivers.checkInterfaceQueues(config.device(), queues);
        try {
            for (String part : parts) {
                device.add(part, queues / parts.size());
            }
            device.start();
            return device;
        } catch (RuntimeException e) {
            device.remove();
            throw e;
        }
    }

    private void add(String part, int partQueues) {
        EthernetDevice device = DpdkEnvironment.attach(eal, part);
        parts.add(device);
        DeviceInfo info = device.info();
        checkMtu(info);
        checkQueues(info, partQueues);
        for (int queue = 0; queue < partQueues; queue++) {
            int frames = config.callerFrames() + 2 * config.descriptors() + CACHES * CACHE_GREATEST_FRAMES;
            // One less than a power of two fills the pool's ring exactly.
            pools.add(eal.createMempool(
                    DpdkEnvironment.newPoolName(),
                    (Integer.highestOneBit(frames) << 1) - 1,
                    CACHE_FRAMES,
                    DpdkDrivers.roomBytes(part, config.mtuBytes())));
        }
        boolean understated = DpdkDrivers.understatesMtu(info, config.mtuBytes());
        device.configure(
                DeviceConfiguration.defaults()
                        .withQueues(partQueues, partQueues)
                        .withDescriptors(config.descriptors(), config.descriptors())
                        .withMtuBytes(understated ? 0 : config.mtuBytes())
                        .withRssFlowTypes(partQueues > 1 ? info.rssFlowTypes() & DeviceConfiguration.RSS_UDP : 0),
                pools.subList(pools.size() - partQueues, pools.size()));
        if (understated) {
            DpdkDrivers.checkInterfaceBelow(part, config.mtuBytes());
        } else {
            setMtu(device, info);
        }
    }

    private void checkMtu(DeviceInfo device) {
        int mtuBytes = config.mtuBytes();
        if (mtuBytes < device.minMtuBytes() || mtuBytes > device.maxMtuBytes()) {
            throw new EnvironmentException("device does not carry that MTU: device=" + device.name() + " driver="
                    + device.driver() + " mtuBytes=" + mtuBytes + " least=" + device.minMtuBytes() + " greatest="
                    + device.maxMtuBytes()
                    + (device.driver().equals("net_af_xdp")
                            ? "; af_xdp takes one page a frame: give less, or use af_packet"
                            : "; give less"));
        }
    }

    private static void checkQueues(DeviceInfo device, int wanted) {
        int most = Math.min(device.maxReceiveQueues(), device.maxTransmitQueues());
        if (most < wanted) {
            throw DpdkDrivers.tooFewQueues(device.name(), "driver " + device.driver(), most, wanted);
        }
    }

    /** Drivers without a kernel interface below them may have nothing to set; the others must take it. */
    private void setMtu(EthernetDevice device, DeviceInfo info) {
        try {
            device.mtu(config.mtuBytes());
        } catch (EnvironmentException e) {
            if (info.interfaceIndex() > 0) {
                throw e;
            }
        }
    }

    private void start() {
        for (EthernetDevice device : parts) {
            if (isMemif() && !Memif.isServer(arguments)) {
                Memif.startClient(device);
            } else {
                device.start();
            }
            started++;
            receiveMulticast(device);
        }
        if (queues > parts.size() && !countsQueues(parts.getFirst().extendedStatistics(), queues - 1)) {
            LOGGER.log(
                    Level.WARNING,
                    "device counts frames as a whole only, which the port of its first queue reports: device={0}",
                    parts.getFirst().name());
        }
    }

    /** Neighbour discovery asks groups; a driver that has no filter for them sees all or is told to. */
    private static void receiveMulticast(EthernetDevice device) {
        try {
            device.receiveAllMulticast();
        } catch (EnvironmentException e) {
            try {
                device.promiscuous(true);
            } catch (EnvironmentException none) {
                // nothing to switch: whatever comes is delivered
            }
        }
    }

    private boolean isMemif() {
        return Memif.isMemif(parts.getFirst().info().driver());
    }

    /** What the port of a queue is. */
    PortInfo describe(int queue) {
        EthernetDevice device = part(queue);
        DeviceInfo info = device.info();
        long mac = 0;
        for (byte byteOfMac : device.macAddress()) {
            mac = mac << 8 | byteOfMac & 0xff;
        }
        LinkStatus link = device.link();
        return new PortInfo(
                parts.size() == 1 && queues > 1 ? info.name() + "q" + queue : info.name(),
                info.driver(),
                new MacAddress(mac),
                config.mtuBytes(),
                link.speedKnown() ? link.speedMegabitsPerSecond() * 1_000_000L : 0,
                DpdkDrivers.resolvesNeighbours(info.driver()));
    }

    RxQueue receiveQueue(int queue) {
        return part(queue).receiveQueue(numberInPart(queue));
    }

    TxQueue transmitQueue(int queue) {
        return part(queue).transmitQueue(numberInPart(queue));
    }

    /** The calling thread's use of a queue's frames. */
    DpdkPoller poller(int queue) {
        return DpdkPoller.of(eal, pools.get(queue));
    }

    private EthernetDevice part(int queue) {
        return parts.get(parts.size() == 1 ? 0 : queue);
    }

    private int numberInPart(int queue) {
        return parts.size() == 1 ? queue : 0;
    }

    /** Whether the link of a queue is up. */
    synchronized boolean isUp(int queue) {
        return part(queue).link().up();
    }

    /**
     * What the device counted for a queue. What it counts only as a whole, drops mostly, counts for its first queue, so that the sum over
     * the queues is always the device's.
     */
    synchronized PortStatistics statistics(int queue) {
        EthernetDevice device = part(queue);
        int number = numberInPart(queue);
        DeviceStatistics whole = device.statistics();
        if (queues == parts.size()) {
            return statistics(whole);
        }
        Map<String, Long> counts = device.extendedStatistics();
        if (!countsQueues(counts, queues - 1)) {
            return number == 0 ? statistics(whole) : new PortStatistics(0, 0, 0, 0, 0, 0);
        }
        return new PortStatistics(
                counts.getOrDefault("rx_q" + number + "_packets", 0L),
                counts.getOrDefault("rx_q" + number + "_bytes", 0L),
                counts.getOrDefault("tx_q" + number + "_packets", 0L),
                counts.getOrDefault("tx_q" + number + "_bytes", 0L),
                number == 0 ? receiveDrops(whole) : 0,
                number == 0 ? whole.transmitErrors() : 0);
    }

    private static PortStatistics statistics(DeviceStatistics whole) {
        return new PortStatistics(
                whole.receivedPackets(),
                whole.receivedBytes(),
                whole.transmittedPackets(),
                whole.transmittedBytes(),
                receiveDrops(whole),
                whole.transmitErrors());
    }

    private static long receiveDrops(DeviceStatistics whole) {
        return whole.missedPackets() + whole.receiveErrors() + whole.noMbufs();
    }

    /** By the names that ethdev gives to a driver's counters of queues, and drivers to those of their own (rte_ethdev.c, eth_dev_rxq_stats_strings). */
    private static boolean countsQueues(Map<String, Long> counts, int last) {
        return counts.containsKey("rx_q" + last + "_packets") && counts.containsKey("tx_q" + last + "_packets");
    }

    /** A port is closed; after the last one, all of the device is gone. */
    synchronized void release() {
        if (--openPorts == 0) {
            remove();
        }
    }

    private void remove() {
        try {
            for (EthernetDevice device : parts) {
                if (started > 0) {
                    started--;
                    stop(device);
                }
                device.remove();
            }
        } finally {
            pools.forEach(Mempool::close);
        }
    }

    private void stop(EthernetDevice device) {
        if (Memif.isMemif(device.info().driver())) {
            Memif.stop(device, Memif.isServer(arguments));
        } else {
            device.stop();
        }
    }
}
