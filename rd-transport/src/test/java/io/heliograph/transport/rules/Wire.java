package io.heliograph.transport.rules;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.wire.Ipv4Header;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** The peers' end of the wire: what came out is sorted by destination. */
final class Wire {
    private static final int ETHERNET_BYTES = 14;
    private static final short TYPE_IPV4 = 0x0800;

    private final Port port;
    private final Burst burst;
    private final Map<IpAddress, Queue<byte[]>> arrived = new HashMap<>();

    private final List<byte[]> pauses = new ArrayList<>();

    Wire(Port port, Arena arena) {
        this.port = port;
        burst = new Burst(arena, 32);
    }

    void send(byte[] frame) {
        if (port.allocate(burst, 1) != 1) {
            throw new AssertionError("the script has more frames under way than the wire holds");
        }
        long to = burst.frame(0);
        MemorySegment.copy(
                frame,
                0,
                NativeMemory.segment(Frame.dataAddress(to), frame.length),
                ValueLayout.JAVA_BYTE,
                0,
                frame.length);
        Frame.lengthBytes(to, frame.length);
        if (port.send(burst) != 1) {
            throw new AssertionError("the script has more frames under way than the wire holds");
        }
    }

    /** Frames for one peer, oldest first. */
    Queue<byte[]> arrivedFor(IpAddress peer) {
        return arrived.computeIfAbsent(peer, any -> new ArrayDeque<>());
    }

    /** Frames for the link itself, oldest first. */
    List<byte[]> takePauses() {
        List<byte[]> taken = List.copyOf(pauses);
        pauses.clear();
        return taken;
    }

    void drain() {
        while (port.receive(burst) > 0) {
            for (int i = 0; i < burst.size(); i++) {
                long from = burst.frame(i);
                byte[] frame = NativeMemory.segment(Frame.dataAddress(from), Frame.lengthBytes(from))
                        .toArray(ValueLayout.JAVA_BYTE);
                if (ByteBuffer.wrap(frame).getShort(ETHERNET_BYTES - 2) != TYPE_IPV4) {
                    pauses.add(frame);
                    continue;
                }
                IpAddress peer = Ipv4Header.parse(MemorySegment.ofArray(frame), ETHERNET_BYTES)
                        .destination();
                arrivedFor(peer).add(frame);
            }
            port.release(burst);
        }
    }
}
