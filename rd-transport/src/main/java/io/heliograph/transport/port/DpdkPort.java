package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DeviceConfiguration;
import io.heliograph.bindings.dpdk.DeviceInfo;
import io.heliograph.bindings.dpdk.DeviceStatistics;
import io.heliograph.bindings.dpdk.Eal;
import io.heliograph.bindings.dpdk.EthernetDevice;
import io.heliograph.bindings.dpdk.LinkStatus;
import io.heliograph.bindings.dpdk.Mbuf;
import io.heliograph.bindings.dpdk.Mempool;
import io.heliograph.bindings.dpdk.RxQueue;
import io.heliograph.bindings.dpdk.TxQueue;
import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * One queue pair of any Ethernet device that DPDK drives: virtual ones ({@code net_memif0,role=client}, {@code net_af_xdp0,iface=eth1},
 * ...) and cards by PCI address. Frames are DPDK's mbufs, and a burst's array goes to the driver as it is.
 *
 * <p>The thread that polls registers itself with DPDK at its first call; calls from another thread later on register that one. Counters
 * are the driver's: some count no bytes (net_ring), and sent frames are those that the driver has handed on. Drivers that may deliver a
 * packet in several buffers are checked for it; such frames, and those longer than the MTU allows, are dropped and counted. A frame may
 * go to another DPDK port of this process only by copy.
 *
 * <p>The client end of a memif waits some seconds for its server when it is opened; a server can send once its client has polled.
 *
 * <p>The MTU is the device's to limit: af_xdp of DPDK 22.11 takes no frame that does not fit one page less its headroom.
 */
public final class DpdkPort implements Port {
    private static final int CACHE_FRAMES = 256;
    /** A cache holds up to one and a half times its size before it gives back (rte_mempool.c, CACHE_FLUSHTHRESH_MULTIPLIER). */
    private static final int CACHE_GREATEST_FRAMES = CACHE_FRAMES * 3 / 2;
    /** Polling thread and one that took over or gave up its place. */
    private static final int CACHES = 2;

    private static final int TAGGED_ETHERNET_BYTES = 18;
    private static final int GREATEST_BURST = 1 << 12;

    private final Eal eal;
    private final EthernetDevice device;
    private final Mempool pool;
    private final RxQueue receiveQueue;
    private final TxQueue transmitQueue;
    private final PortInfo info;
    private final boolean checksFrames;
    private final boolean memifServer;
    private final int greatestFrameBytes;
    private final PortCounters counters = new PortCounters();
    private final Burst refused = new Burst(Arena.ofAuto(), GREATEST_BURST);
    private long pollingThreadId;
    private @Nullable DpdkPoller poller;
    private @Nullable PortStatistics finalStatistics;

    private DpdkPort(Eal eal, EthernetDevice device, Mempool pool, PortInfo info, String arguments) {
        this.eal = eal;
        this.device = device;
        this.pool = pool;
        this.receiveQueue = device.receiveQueue(0);
        this.transmitQueue = device.transmitQueue(0);
        this.info = info;
        this.checksFrames = DpdkDevice.mayDeliverSegments(info.driver());
        this.memifServer = Memif.isServer(arguments);
        this.greatestFrameBytes = info.mtuBytes() + TAGGED_ETHERNET_BYTES;
    }

    /**
     * Starts DPDK if this process has not, and opens a device with one receive and one transmit queue.
     *
     * @throws EnvironmentException if DPDK, the device, a privilege or memory is missing, or the device refuses the MTU
     */
    public static DpdkPort open(DpdkPortConfig config) {
        Eal eal = DpdkEnvironment.eal(config);
        String arguments = DpdkDevice.withArgumentsFor(config.device(), config.mtuBytes());
        Memif.removeDeadSocket(arguments);
        EthernetDevice device = DpdkEnvironment.attach(eal, arguments);
        Mempool pool = null;
        try {
            DeviceInfo deviceInfo = device.info();
            checkMtu(deviceInfo, config.mtuBytes());
            int frames = config.callerFrames() + 2 * config.descriptors() + CACHES * CACHE_GREATEST_FRAMES;
            // One less than a power of two fills the pool's ring exactly.
            pool = eal.createMempool(
                    DpdkEnvironment.newPoolName(),
                    (Integer.highestOneBit(frames) << 1) - 1,
                    CACHE_FRAMES,
                    DpdkDevice.roomBytes(arguments, config.mtuBytes()));
            boolean understated = DpdkDevice.understatesMtu(deviceInfo, config.mtuBytes());
            device.configure(
                    DeviceConfiguration.defaults()
                            .withDescriptors(config.descriptors(), config.descriptors())
                            .withMtuBytes(understated ? 0 : config.mtuBytes()),
                    pool);
            if (understated) {
                DpdkDevice.checkInterfaceBelow(arguments, config.mtuBytes());
            } else {
                setMtu(device, deviceInfo, config.mtuBytes());
            }
            if (Memif.isMemif(deviceInfo.driver()) && !Memif.isServer(arguments)) {
                Memif.startClient(device);
            } else {
                device.start();
            }
            receiveMulticast(device);
            return new DpdkPort(eal, device, pool, describe(device, deviceInfo, config), arguments);
        } catch (RuntimeException e) {
            device.remove();
            if (pool != null) {
                pool.close();
            }
            throw e;
        }
    }

    private static void checkMtu(DeviceInfo device, int mtuBytes) {
        if (mtuBytes < device.minMtuBytes() || mtuBytes > device.maxMtuBytes()) {
            throw new EnvironmentException("device does not carry that MTU: device=" + device.name() + " driver="
                    + device.driver() + " mtuBytes=" + mtuBytes + " least=" + device.minMtuBytes() + " greatest="
                    + device.maxMtuBytes()
                    + (device.driver().equals("net_af_xdp")
                            ? "; af_xdp takes one page a frame: give less, or use af_packet"
                            : "; give less"));
        }
    }

    /** Drivers without a kernel interface below them may have nothing to set; the others must take it. */
    private static void setMtu(EthernetDevice device, DeviceInfo info, int mtuBytes) {
        try {
            device.mtu(mtuBytes);
        } catch (EnvironmentException e) {
            if (info.interfaceIndex() > 0) {
                throw e;
            }
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

    private static PortInfo describe(EthernetDevice device, DeviceInfo info, DpdkPortConfig config) {
        long mac = 0;
        for (byte part : device.macAddress()) {
            mac = mac << 8 | part & 0xff;
        }
        LinkStatus link = device.link();
        return new PortInfo(
                info.name(),
                info.driver(),
                new MacAddress(mac),
                config.mtuBytes(),
                link.speedKnown() ? link.speedMegabitsPerSecond() * 1_000_000L : 0,
                DpdkDevice.resolvesNeighbours(info.driver()));
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        if (!isPolling()) {
            return 0;
        }
        int count = receiveQueue.receiveBurst(burst.arrayAddress(), burst.capacity());
        burst.size(count);
        return checksFrames && count > 0 ? keepWhole(burst) : count;
    }

    @Override
    public int allocate(Burst burst, int count) {
        if (!isPolling()) {
            return 0;
        }
        DpdkPoller current = poller;
        int size = burst.size();
        if (current == null || !current.allocate(burst.arrayAddress() + 8L * size, count)) {
            return 0;
        }
        burst.size(size + count);
        return count;
    }

    @Override
    public int send(Burst burst) {
        if (!isPolling()) {
            return 0;
        }
        int accepted = transmitQueue.transmitBurst(burst.arrayAddress(), burst.size());
        burst.removeFirst(accepted);
        return accepted;
    }

    @Override
    public void release(Burst burst) {
        if (burst.size() > 0 && isPolling()) {
            DpdkPoller current = poller;
            if (current != null) {
                current.free(burst.arrayAddress(), burst.size());
            }
        }
        burst.clear();
    }

    /** {@link LinkState#DOWN} while the other end is missing, also after its process died: the driver does not tell. */
    @Override
    public synchronized LinkState linkState() {
        return finalStatistics == null && device.link().up() ? LinkState.UP : LinkState.DOWN;
    }

    @Override
    public synchronized PortStatistics statistics() {
        if (finalStatistics != null) {
            return finalStatistics;
        }
        DeviceStatistics driver = device.statistics();
        PortStatistics own = counters.snapshot();
        return new PortStatistics(
                driver.receivedPackets() - own.receiveDrops(),
                driver.receivedBytes(),
                driver.transmittedPackets(),
                driver.transmittedBytes(),
                driver.missedPackets() + driver.receiveErrors() + driver.noMbufs() + own.receiveDrops(),
                driver.transmitErrors());
    }

    /** Stops and unplugs the device and frees its frames. */
    @Override
    public synchronized void close() {
        if (finalStatistics != null) {
            return;
        }
        finalStatistics = statistics();
        pollingThreadId = 0;
        try {
            stop();
            device.remove();
        } finally {
            if (poller != null) {
                poller.close();
                poller = null;
            }
            pool.close();
        }
    }

    private void stop() {
        if (Memif.isMemif(info.driver())) {
            Memif.stop(device, memifServer);
        } else {
            device.stop();
        }
    }

    /** Whether the calling thread is the one that polls, or now became it; false once the port is closed. */
    private boolean isPolling() {
        return Thread.currentThread().threadId() == pollingThreadId || adopt();
    }

    /** Makes the calling thread the one that polls; false once the port is closed. */
    private synchronized boolean adopt() {
        if (finalStatistics != null) {
            return false;
        }
        if (poller != null) {
            poller.close();
        }
        poller = DpdkPoller.of(eal, pool);
        pollingThreadId = Thread.currentThread().threadId();
        return true;
    }

    /** Drops the frames of a burst that are longer than allowed or in several buffers. */
    private int keepWhole(Burst burst) {
        int kept = 0;
        for (int i = 0; i < burst.size(); i++) {
            long frame = burst.frame(i);
            int lengthBytes = Mbuf.packetLength(frame);
            if (lengthBytes == Mbuf.dataLength(frame) && lengthBytes <= greatestFrameBytes) {
                burst.frame(kept++, frame);
            } else if (refused.remaining() > 0) {
                refused.add(frame);
            }
        }
        burst.size(kept);
        if (refused.size() > 0) {
            counters.receiveDropped(refused.size());
            Mempool.freePackets(refused.arrayAddress(), refused.size());
            refused.clear();
        }
        return kept;
    }
}
