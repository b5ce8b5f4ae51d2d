package io.heliograph.emulator.device;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The descriptors of frames inside the device; the frames are those of the port to the link. */
final class PacketPool {
    private final ArrayDeque<Packet> free = new ArrayDeque<>();
    private final Port link;
    private final Burst one;

    PacketPool(Arena arena, Port link) {
        this.link = link;
        one = new Burst(arena, 1);
    }

    Packet take(long frame) {
        Packet packet = free.isEmpty() ? new Packet() : free.removeLast();
        packet.clear();
        packet.frame = frame;
        packet.lengthBytes = Frame.lengthBytes(frame);
        return packet;
    }

    /** The same in a frame of its own for another engine; null if the port has none to spare. */
    @Nullable
    Packet copy(Packet packet, int engine) {
        one.clear();
        if (link.allocate(one, 1) == 0) {
            return null;
        }
        long frame = one.frame(0);
        NativeMemory.copy(Frame.dataAddress(packet.frame), Frame.dataAddress(frame), packet.lengthBytes);
        Frame.lengthBytes(frame, packet.lengthBytes);
        Packet copy = take(frame);
        copy.engine = engine;
        return copy;
    }

    /** The frame has gone elsewhere. */
    void recycle(Packet packet) {
        free.add(packet);
    }

    /** The frame goes back to the port. */
    void discard(Packet packet) {
        release(packet.frame);
        recycle(packet);
    }

    void release(long frame) {
        one.clear();
        one.add(frame);
        link.release(one);
    }
}
