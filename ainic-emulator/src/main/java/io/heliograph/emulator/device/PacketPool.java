package io.heliograph.emulator.device;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;

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
