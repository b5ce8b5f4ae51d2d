package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;

/**
 * One port as two, as a NIC steers flows into queues of their own: packets to the controller's UDP port are received by {@link #control()}, all else by {@link #data()}. Both send by the port. What concerns the link (ARP, neighbour discovery) goes to both, in a copy to {@link #control()}, for each asks for itself.
 *
 * <p>Either polls the port and keeps what is for the other, as much as a ring holds; what is more is lost, as in a NIC. One thread for both. Nothing is allocated after construction.
 */
public final class SplitPort {
    private static final int DATA_FRAMES = 256;
    private static final int CONTROL_FRAMES = 64;
    private static final int BURST_FRAMES = 32;

    private final Port port;
    private final int udpPort;
    private final boolean copiesOthers;
    private final Burst in;
    private final Burst single;
    private final UdpFrame udp = new UdpFrame();
    private final Queue data;
    private final Queue control;
    private long drops;

    /**
     * Splits a port.
     *
     * @param port closed with {@link #data()}
     * @param udpPort destination of the packets for {@link #control()}
     * @param arena owns what it needs; closed after the last call
     */
    public SplitPort(Port port, int udpPort, Arena arena) {
        this.port = port;
        this.udpPort = udpPort;
        copiesOthers = port.info().resolvesNeighbours();
        in = new Burst(arena, BURST_FRAMES);
        single = new Burst(arena, 1);
        data = new Queue(port, DATA_FRAMES, true);
        control = new Queue(port, CONTROL_FRAMES, false);
    }

    /** For all else; closes the port with itself. */
    public Port data() {
        return data;
    }

    /** For the packets to the UDP port. */
    public Port control() {
        return control;
    }

    /** Frames that found their ring full. */
    public long drops() {
        return drops;
    }

    /** Takes one burst of the port, and gives each its frames. */
    private void pump() {
        int count = port.receive(in);
        if (count == 0) {
            return;
        }
        int lost = 0;
        for (int i = 0; i < count; i++) {
            long frame = in.frame(i);
            if (!queue(frame).offer(frame)) {
                in.frame(lost++, frame);
            }
        }
        in.size(lost);
        if (lost > 0) {
            drops += lost;
            port.release(in);
        }
        in.clear();
    }

    private Queue queue(long frame) {
        int kind = udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame));
        if (kind == UdpFrame.UDP && udp.destinationPort() == udpPort) {
            return control;
        }
        if (kind == UdpFrame.OTHER && copiesOthers) {
            show(frame);
        }
        return data;
    }

    private void show(long frame) {
        if (control.isFull() || port.allocate(single, 1) == 0) {
            return;
        }
        long copy = single.removeLast();
        int lengthBytes = Frame.lengthBytes(frame);
        NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), lengthBytes);
        Frame.lengthBytes(copy, lengthBytes);
        boolean _ = control.offer(copy);
    }

    /** One of the two. */
    private final class Queue extends PortWrapper {
        private final long[] frames;
        private final boolean closesPort;
        private int first;
        private int count;

        Queue(Port port, int capacity, boolean closesPort) {
            super(port);
            frames = new long[capacity];
            this.closesPort = closesPort;
        }

        boolean isFull() {
            return count == frames.length;
        }

        boolean offer(long frame) {
            if (isFull()) {
                return false;
            }
            frames[first + count & frames.length - 1] = frame;
            count++;
            return true;
        }

        @Override
        public int receive(Burst burst) {
            if (count == 0) {
                pump();
            }
            while (count > 0 && burst.remaining() > 0) {
                burst.add(frames[first]);
                first = first + 1 & frames.length - 1;
                count--;
            }
            return burst.size();
        }

        /** Gives back what nobody received; {@link #data()} closes the port. */
        @Override
        public void close() {
            while (count > 0) {
                single.add(frames[first]);
                first = first + 1 & frames.length - 1;
                count--;
                port.release(single);
            }
            if (closesPort) {
                port.close();
            }
        }
    }
}
