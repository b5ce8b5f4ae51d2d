package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.PortWrapper;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** Joins memory ports: a frame goes to the port whose number is in the last byte of its IPv4 destination. It is run by whoever receives. */
final class Switch implements AutoCloseable {
    private static final int BURST = 32;
    private static final int LAST_BYTE_OF_DESTINATION = 14 + 19;

    private final Arena arena = Arena.ofShared();
    private final List<Port> inner = new ArrayList<>();
    private final List<Port> outer = new ArrayList<>();
    private final Burst in = new Burst(arena, BURST);
    private final Burst out = new Burst(arena, BURST);

    Switch(int ports, int mtuBytes) {
        for (int i = 0; i < ports; i++) {
            PortPair pair = MemoryPort.pair(mtuBytes, 1024, 512);
            inner.add(pair.left());
            outer.add(new PortWrapper(pair.right()) {
                @Override
                public int receive(Burst burst) {
                    forward();
                    return port.receive(burst);
                }
            });
        }
    }

    /** Number 0 has addresses that end in 1, and so on. */
    Port port(int number) {
        return outer.get(number);
    }

    private synchronized void forward() {
        for (Port from : inner) {
            from.receive(in);
            for (int i = 0; i < in.size(); i++) {
                long frame = in.frame(i);
                int number = NativeMemory.getUnsignedByte(Frame.dataAddress(frame) + LAST_BYTE_OF_DESTINATION) - 1;
                // A frame that finds no room is lost, as in any switch.
                if (number >= 0 && number < inner.size() && inner.get(number).allocate(out, 1) == 1) {
                    long copy = out.frame(0);
                    NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), Frame.lengthBytes(frame));
                    Frame.lengthBytes(copy, Frame.lengthBytes(frame));
                    inner.get(number).send(out);
                    inner.get(number).release(out);
                }
            }
            from.release(in);
        }
    }

    @Override
    public void close() {
        outer.forEach(Port::close);
        inner.forEach(Port::close);
        arena.close();
    }
}
