package io.heliograph.emulator.fabric;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A host's port: frames that are sent go onto its link, frames that arrived wait to be received, all by reference.
 *
 * <p>The link takes control packets and higher classes first. Pauses that come from the other end of the cable hold back what waits for the link, by class. One thread, the fabric's; time passes only between calls.
 */
public final class FabricPort implements Port, Node {
    private static final int DRAINED_DIVISOR = 2;

    private final Fabric fabric;
    private final FramePool pool;
    private final FabricConfig config;
    private final int host;
    private final String name;
    private PortInfo info;
    private Link[] links = new Link[0];
    private PortListener listener = PortListener.NONE;
    private SteeredPort[] steered = {};

    private final ReceiveRing received;
    private int sending;
    private boolean refused;
    private boolean closed;

    private long sentFrames;
    private long sentBytes;
    private long receiveDrops;

    FabricPort(Fabric fabric, int host, String name) {
        this.fabric = fabric;
        this.pool = fabric.pool();
        this.config = fabric.config();
        this.host = host;
        this.name = name;
        received = new ReceiveRing(config.receiveRingFrames());
        info = info(0);
    }

    private PortInfo info(long linkBitsPerSecond) {
        return new PortInfo(name, "fabric", HostAddresses.mac(host), config.mtuBytes(), linkBitsPerSecond, false);
    }

    /** Its one link out. */
    int attach(Link link) {
        if (links.length > 0) {
            throw new IllegalArgumentException("host with two links: host=" + name + " links=" + links[0] + ", " + link
                    + "; join it to a switch that has them");
        }
        links = new Link[] {link};
        info = info(link.config().rateBitsPerSecond());
        return 0;
    }

    /** Says who is to know of frames that arrived and of room to send. */
    public void listener(PortListener value) {
        listener = value;
    }

    /**
     * A queue of its own for the packets to a UDP port; it takes the place of an earlier one for the same. Who listens to this port is told of what arrives there, too.
     *
     * @param udpPort destination of the packets
     */
    public SteeredPort steer(int udpPort) {
        SteeredPort queue = new SteeredPort(this, pool, udpPort, config.receiveRingFrames());
        for (int i = 0; i < steered.length; i++) {
            if (steered[i].udpPort() == udpPort) {
                steered[i].close();
                steered[i] = queue;
                return queue;
            }
        }
        steered = Arrays.copyOf(steered, steered.length + 1);
        steered[steered.length - 1] = queue;
        return queue;
    }

    private @Nullable SteeredPort steeredTo(long frame) {
        int udpPort = FrameReader.udpDestinationPort(frame);
        for (SteeredPort each : steered) {
            if (each.udpPort() == udpPort) {
                return each;
            }
        }
        return null;
    }

    /** The number of its host in the fabric. */
    public int host() {
        return host;
    }

    /** The link that its frames go out by. */
    public Link link() {
        return links[0];
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        return received.receive(burst);
    }

    /** Frames that wait to be received. */
    public int waitingFrames() {
        return received.waiting();
    }

    @Override
    public int allocate(Burst burst, int count) {
        for (int i = 0; i < count; i++) {
            long frame = closed ? FramePool.NONE : pool.take();
            if (frame == FramePool.NONE) {
                for (; i > 0; i--) {
                    pool.giveBack(burst.removeLast());
                }
                return 0;
            }
            burst.add(frame);
        }
        return count;
    }

    @Override
    public int send(Burst burst) {
        int count = 0;
        int size = closed ? 0 : burst.size();
        long nowPs = fabric.time().nowPs();
        while (count < size && sending < config.sendRingFrames()) {
            long frame = burst.frame(count++);
            sentBytes += Frame.lengthBytes(frame);
            sending++;
            fabric.reader().read(frame, config.ecnCapable());
            boolean isPause = FabricFrame.is(frame, FabricFrame.PAUSE);
            links[0].send(frame, isPause ? PriorityQueues.URGENT : FabricFrame.trafficClass(frame), nowPs);
        }
        refused |= count < size;
        sentFrames += count;
        if (count > 0) {
            burst.removeFirst(count);
        }
        return count;
    }

    /** Whether the last frames that were to be sent did not all find room, and there has been none since. */
    public boolean isBackedUp() {
        return refused;
    }

    @Override
    public void release(Burst burst) {
        if (!closed) {
            for (int i = 0; i < burst.size(); i++) {
                pool.giveBack(burst.frame(i));
            }
        }
        burst.clear();
    }

    @Override
    public void receive(Link link, long frame, long nowPs) {
        if (FabricFrame.is(frame, FabricFrame.PAUSE)) {
            fabric.obeyPause(links[0], frame, nowPs);
            fabric.absorbed(frame);
            return;
        }
        SteeredPort queue = steered.length == 0 || closed ? null : steeredTo(frame);
        if (queue != null && queue.offer(frame)) {
            fabric.delivered();
            listener.arrived(nowPs);
            return;
        }
        if (queue != null || closed || received.isFull()) {
            receiveDrops++;
            link.drop(frame, DropReason.RECEIVE_RING_FULL, nowPs);
            return;
        }
        received.add(frame);
        fabric.delivered();
        listener.arrived(nowPs);
    }

    @Override
    public void departed(Link link, long frame, long nowPs) {
        sending--;
        if (refused && sending <= config.sendRingFrames() / DRAINED_DIVISOR) {
            refused = false;
            listener.drained(nowPs);
        }
    }

    @Override
    public LinkState linkState() {
        return closed || links.length == 0 || links[0].isDown() ? LinkState.DOWN : LinkState.UP;
    }

    @Override
    public PortStatistics statistics() {
        return new PortStatistics(
                received.receivedFrames(), received.receivedBytes(), sentFrames, sentBytes, receiveDrops, 0);
    }

    /** Gives back what nobody received. What was sent goes its way. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            listener = PortListener.NONE;
            for (SteeredPort each : steered) {
                each.close();
            }
            received.giveBack(pool);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
