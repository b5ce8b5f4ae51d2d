package io.heliograph.emulator.fabric;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortStatistics;

/**
 * A further queue of a host's port, as NICs steer flows into queues of their own: what arrives for one UDP port is received here and nowhere else; what is sent goes onto the host's link with all the rest. See {@link FabricPort#steer}.
 *
 * <p>One thread, the fabric's. While it is closed, what arrives for it is thrown away: nobody listens.
 */
public final class SteeredPort implements Port {
    private final FabricPort port;
    private final FramePool pool;
    private final int udpPort;
    private final ReceiveRing received;
    private boolean closed;
    private long sentFrames;
    private long drops;

    SteeredPort(FabricPort port, FramePool pool, int udpPort, int ringFrames) {
        this.port = port;
        this.pool = pool;
        this.udpPort = udpPort;
        received = new ReceiveRing(ringFrames);
    }

    /** The destination port of the packets that come here. */
    int udpPort() {
        return udpPort;
    }

    /** Takes a frame that arrived; returns whether there was room. */
    boolean offer(long frame) {
        if (closed) {
            pool.giveBack(frame);
            return true;
        }
        if (received.isFull()) {
            drops++;
            return false;
        }
        received.add(frame);
        return true;
    }

    @Override
    public PortInfo info() {
        return port.info();
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
        return closed ? 0 : port.allocate(burst, count);
    }

    @Override
    public int send(Burst burst) {
        int count = closed ? 0 : port.send(burst);
        sentFrames += count;
        return count;
    }

    @Override
    public void release(Burst burst) {
        port.release(burst);
    }

    @Override
    public LinkState linkState() {
        return closed ? LinkState.DOWN : port.linkState();
    }

    /** What came and went by this queue; bytes sent are the port's to count. */
    @Override
    public PortStatistics statistics() {
        return new PortStatistics(received.receivedFrames(), received.receivedBytes(), sentFrames, 0, drops, 0);
    }

    /** Gives back what nobody received. The port stays open. */
    @Override
    public void close() {
        closed = true;
        received.giveBack(pool);
    }

    @Override
    public String toString() {
        return port.name() + ":" + udpPort;
    }
}
