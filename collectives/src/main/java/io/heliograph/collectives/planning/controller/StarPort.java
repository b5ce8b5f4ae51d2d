package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortInfo;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortWrapper;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * One port to several nodes, over a port to each, as a switch makes it: what comes by any is received, and what is sent leaves by the port that a packet from its destination last came by. What is for nobody that was heard of is lost, and so is what a port has no room for.
 *
 * <p>Frames are copied twice, which control packets are few and short enough for. Threads as {@link Port} says; nothing is allocated after construction.
 */
final class StarPort extends PortWrapper {
    private static final int FRAMES = 1024;
    private static final int BURST_FRAMES = 32;
    private static final int NOBODY = -1;

    private final Arena arena;
    private final PortPair pair;
    private final PortInfo info;
    private final Port[] ports;
    private final long[] high;
    private final long[] low;
    private final UdpFrame udp = new UdpFrame();
    private final Burst in;
    private final Burst out;

    StarPort(String name, List<Port> ports) {
        this(name, ports, MemoryPort.pair(ports.getFirst().info().mtuBytes(), FRAMES, FRAMES), Arena.ofShared());
    }

    private StarPort(String name, List<Port> ports, PortPair pair, Arena arena) {
        super(pair.left());
        this.pair = pair;
        this.arena = arena;
        this.ports = ports.toArray(Port[]::new);
        PortInfo within = pair.left().info();
        info = new PortInfo(name, "star", within.macAddress(), within.mtuBytes(), 0, false);
        high = new long[this.ports.length];
        low = new long[this.ports.length];
        in = new Burst(arena, BURST_FRAMES);
        out = new Burst(arena, 1);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        for (int number = 0; number < ports.length; number++) {
            int count = ports[number].receive(in);
            for (int i = 0; i < count; i++) {
                long frame = in.frame(i);
                if (udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame)) == UdpFrame.UDP) {
                    learn(number);
                    copy(frame, pair.right());
                }
            }
            if (count > 0) {
                ports[number].release(in);
            }
        }
        return port.receive(burst);
    }

    private void learn(int number) {
        long sourceHigh = udp.sourceHigh();
        long sourceLow = udp.sourceLow();
        if (low[number] == sourceLow && high[number] == sourceHigh) {
            return;
        }
        for (int other = 0; other < ports.length; other++) {
            if (low[other] == sourceLow && high[other] == sourceHigh) {
                // It moved.
                low[other] = 0;
                high[other] = 0;
            }
        }
        high[number] = sourceHigh;
        low[number] = sourceLow;
    }

    @Override
    public int send(Burst burst) {
        int sent = port.send(burst);
        Port from = pair.right();
        while (from.receive(in) > 0) {
            for (int i = 0; i < in.size(); i++) {
                long frame = in.frame(i);
                int number = number(frame);
                if (number != NOBODY) {
                    copy(frame, ports[number]);
                }
            }
            from.release(in);
        }
        return sent;
    }

    private int number(long frame) {
        if (udp.parse(Frame.dataAddress(frame), Frame.lengthBytes(frame)) == UdpFrame.UDP) {
            for (int number = 0; number < ports.length; number++) {
                if (low[number] == udp.destinationLow() && high[number] == udp.destinationHigh()) {
                    return number;
                }
            }
        }
        return NOBODY;
    }

    private void copy(long frame, Port to) {
        if (to.allocate(out, 1) == 0) {
            return;
        }
        int lengthBytes = Frame.lengthBytes(frame);
        NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(out.frame(0)), lengthBytes);
        Frame.lengthBytes(out.frame(0), lengthBytes);
        to.send(out);
        if (out.size() > 0) {
            to.release(out);
        }
    }

    /** {@link LinkState#UP} if any node is there. */
    @Override
    public LinkState linkState() {
        for (Port each : ports) {
            if (each.linkState() == LinkState.UP) {
                return LinkState.UP;
            }
        }
        return LinkState.DOWN;
    }

    @Override
    public void close() {
        for (Port each : ports) {
            each.close();
        }
        pair.close();
        arena.close();
    }
}
