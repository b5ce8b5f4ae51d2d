package io.heliograph.transport.hostile;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.wire.Ipv4Layout;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A switch in memory that brings frames to the IPv4 address they are for, keeps a copy of each if asked to, and lets anybody inject what he likes. */
public final class Hub implements AutoCloseable {
    public static final int MTU_BYTES = 1500;
    private static final int BURST = 32;
    private static final int ETHERNET = 14;

    /** Sees each frame that a node sent. */
    @FunctionalInterface
    interface Tap {
        void see(long data, int lengthBytes);
    }

    private final Arena arena = Arena.ofConfined();
    private final Map<Integer, PortPair> pairs = new HashMap<>();
    private final Burst arrived = new Burst(arena, BURST);
    private final Burst outgoing = new Burst(arena, BURST);

    private @Nullable Tap tap;

    /** The port of a node; the hub closes it. */
    public Port attach(IpAddress address) {
        PortPair pair = MemoryPort.pair(MTU_BYTES, 1024, 256);
        pairs.put(address.ipv4(), pair);
        return pair.left();
    }

    void tap(@Nullable Tap newTap) {
        tap = newTap;
    }

    /** Moves what is under way; returns how many frames. */
    public int pump() {
        int moved = 0;
        for (PortPair pair : pairs.values()) {
            Port port = pair.right();
            int count = port.receive(arrived);
            for (int i = 0; i < count; i++) {
                long data = Frame.dataAddress(arrived.frame(i));
                int length = Frame.lengthBytes(arrived.frame(i));
                if (tap != null) {
                    tap.see(data, length);
                }
                inject(data, length);
            }
            port.release(arrived);
            moved += count;
        }
        return moved;
    }

    /** Brings a frame, whoever made it, to whom it is addressed; false if its port is full or nobody's. */
    boolean inject(long data, int lengthBytes) {
        PortPair pair = pairs.get(Ipv4Layout.destination(data + ETHERNET));
        if (pair == null || pair.right().allocate(outgoing, 1) == 0) {
            return false;
        }
        long frame = outgoing.frame(0);
        NativeMemory.copy(data, Frame.dataAddress(frame), lengthBytes);
        Frame.lengthBytes(frame, lengthBytes);
        boolean sent = pair.right().send(outgoing) == 1;
        pair.right().release(outgoing);
        return sent;
    }

    @Override
    public void close() {
        pairs.values().forEach(PortPair::close);
        arena.close();
    }
}
