package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.Mbuf;
import io.heliograph.bindings.dpdk.Mempool;
import io.heliograph.bindings.dpdk.RxQueue;
import io.heliograph.bindings.dpdk.TxQueue;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue pair of any Ethernet device that DPDK drives: virtual ones ({@code net_memif0,role=client}, {@code net_af_xdp0,iface=eth1},
 * ...) and cards by PCI address. Frames are DPDK's mbufs, and a burst's array goes to the driver as it is.
 *
 * <p>The thread that polls registers itself with DPDK at its first call; calls from another thread later on register that one. Drivers
 * that may deliver a packet in several buffers are checked for it; such frames, and those longer than the MTU allows, are dropped and
 * counted. A frame may go to another DPDK port of this process only by copy.
 *
 * <p>Counters are the driver's: some count no bytes (net_ring), and sent frames are those that the driver has handed on. Of a device with
 * several queues they are the queue's; what the driver counts only for the device as a whole, drops above all, is reported by its first
 * port.
 *
 * <p>The client end of a memif waits some seconds for its server when it is opened; a server can send once its client has polled.
 *
 * <p>The MTU is the device's to limit: af_xdp of DPDK 22.11 takes no frame that does not fit one page less its headroom.
 */
public final class DpdkPort implements Port {
    private static final int TAGGED_ETHERNET_BYTES = 18;
    private static final int GREATEST_BURST = 1 << 12;

    private final DpdkDevice device;
    private final int queue;
    private final RxQueue receiveQueue;
    private final TxQueue transmitQueue;
    private final PortInfo info;
    private final boolean checksFrames;
    private final int greatestFrameBytes;
    private final PortCounters counters = new PortCounters();
    private final Burst refused = new Burst(Arena.ofAuto(), GREATEST_BURST);
    private long pollingThreadId;
    private @Nullable DpdkPoller poller;
    private @Nullable PortStatistics finalStatistics;

    private DpdkPort(DpdkDevice device, int queue) {
        this.device = device;
        this.queue = queue;
        this.receiveQueue = device.receiveQueue(queue);
        this.transmitQueue = device.transmitQueue(queue);
        this.info = device.describe(queue);
        this.checksFrames = DpdkDrivers.mayDeliverSegments(info.driver());
        this.greatestFrameBytes = info.mtuBytes() + TAGGED_ETHERNET_BYTES;
    }

    /**
     * Starts DPDK if this process has not, and opens a device with one receive and one transmit queue.
     *
     * @throws EnvironmentException if DPDK, the device, a privilege or memory is missing, or the device refuses the MTU
     */
    public static DpdkPort open(DpdkPortConfig config) {
        return new DpdkPort(DpdkDevice.open(config, 1), 0);
    }

    /**
     * As {@link #open}, with so many receive and transmit queues and a port for each pair of them, to be polled by a thread of its own. All
     * must be polled: the device puts frames into each of its queues. Each port gets what concerns everybody on the link, whichever queue it
     * came to (see {@link LinkFramesPort}). The device runs until the last of its ports closes.
     *
     * @throws EnvironmentException also if the device has fewer queues; the message says how many
     * @throws IllegalArgumentException if {@code queues} is below 1, or the device's arguments name another number
     */
    public static List<Port> openQueues(DpdkPortConfig config, int queues) {
        if (queues < 1) {
            throw new IllegalArgumentException("no queues: queues=" + queues + "; ask for 1 or more");
        }
        DpdkDevice device = DpdkDevice.open(config, queues);
        List<Port> ports = new ArrayList<>();
        for (int queue = 0; queue < queues; queue++) {
            ports.add(new DpdkPort(device, queue));
        }
        return LinkFramesPort.around(ports);
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
        return finalStatistics == null && device.isUp(queue) ? LinkState.UP : LinkState.DOWN;
    }

    @Override
    public synchronized PortStatistics statistics() {
        if (finalStatistics != null) {
            return finalStatistics;
        }
        PortStatistics driver = device.statistics(queue);
        long refusedFrames = counters.snapshot().receiveDrops();
        return new PortStatistics(
                driver.receivedFrames() - refusedFrames,
                driver.receivedBytes(),
                driver.sentFrames(),
                driver.sentBytes(),
                driver.receiveDrops() + refusedFrames,
                driver.sendDrops());
    }

    /** Gives up the queue pair; with the last of a device's ports, the device is stopped and unplugged and its frames are freed. */
    @Override
    public synchronized void close() {
        if (finalStatistics != null) {
            return;
        }
        finalStatistics = statistics();
        pollingThreadId = 0;
        if (poller != null) {
            poller.close();
            poller = null;
        }
        device.release();
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
        poller = device.poller(queue);
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
