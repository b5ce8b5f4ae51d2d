package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.UdpFrame;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Joins memory ports: frames go to the port of the last byte of their destination address. */
final class ControlHub implements AutoCloseable {
    private final List<PortPair> pairs = new ArrayList<>();
    private final Burst in;
    private final Burst out;
    private final UdpFrame udp = new UdpFrame();

    ControlHub(int ports, Arena arena) {
        for (int i = 0; i < ports; i++) {
            pairs.add(MemoryPort.pair(1500, 256, 128));
        }
        in = new Burst(arena, 32);
        out = new Burst(arena, 32);
    }

    /** The port of an address that ends with this number. */
    Port port(int number) {
        return pairs.get(number).left();
    }

    /** Moves all frames on. */
    void poll() {
        // By index: what iterates would be heap, which a test counts.
        for (int number = 0; number < pairs.size(); number++) {
            Port from = pairs.get(number).right();
            while (from.receive(in) > 0) {
                for (int i = 0; i < in.size(); i++) {
                    forward(in.frame(i));
                }
                from.release(in);
            }
        }
    }

    private void forward(long frame) {
        int lengthBytes = Frame.lengthBytes(frame);
        if (udp.parse(Frame.dataAddress(frame), lengthBytes) != UdpFrame.UDP) {
            return;
        }
        Port to = pairs.get((int) udp.destinationLow() & 0xFF).right();
        if (to.allocate(out, 1) == 1) {
            long copy = out.frame(0);
            NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), lengthBytes);
            Frame.lengthBytes(copy, lengthBytes);
            to.send(out);
            if (out.size() > 0) {
                to.release(out);
            }
        }
    }

    @Override
    public void close() {
        pairs.forEach(PortPair::close);
    }
}
