package io.heliograph.emulator.device;

import io.heliograph.emulator.device.layout.DeviceCounter;
import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/** The ends of the link: takes frames off it while there is room for them, drops the others, and gives it those that leave. */
final class LinkUnit implements Actor {
    private static final int BURST = 32;

    private final VirtualTime time;
    private final Port link;
    private final PacketPool packets;
    private final Counts counts;
    private final Burst arriving;
    private final Burst leaving;
    private final int actor;
    private @Nullable Stage<Packet> parse;
    private @Nullable Stage<Packet> mac;
    private boolean enabled;

    LinkUnit(VirtualTime time, Arena arena, Port link, PacketPool packets, Counts counts) {
        this.time = time;
        this.link = link;
        this.packets = packets;
        this.counts = counts;
        arriving = new Burst(arena, BURST);
        leaving = new Burst(arena, 1);
        actor = time.add(this);
    }

    void join(Stage<Packet> newParse, Stage<Packet> newMac) {
        parse = newParse;
        mac = newMac;
    }

    void enabled(boolean value) {
        enabled = value;
    }

    /** A frame waits at the port. */
    void arrived(long nowPs) {
        time.schedule(actor, nowPs);
    }

    /** The port has room again. */
    void drained(long nowPs) {
        if (mac != null) {
            mac.roomAt(nowPs);
        }
    }

    @Override
    public void act(long nowPs) {
        Stage<Packet> next = parse;
        int count;
        do {
            arriving.clear();
            count = link.receive(arriving);
            for (int i = 0; i < count; i++) {
                take(arriving.frame(i), next, nowPs);
            }
        } while (count == BURST);
        time.schedule(actor, EventQueue.NEVER);
    }

    private void take(long frame, @Nullable Stage<Packet> next, long nowPs) {
        if (!enabled || next == null) {
            packets.release(frame);
            return;
        }
        counts.increment(DeviceCounter.RECEIVED_FRAMES);
        counts.add(DeviceCounter.RECEIVED_BYTES, Frame.lengthBytes(frame));
        if (!next.hasRoom()) {
            counts.increment(DeviceCounter.RECEIVE_OVERRUNS);
            packets.release(frame);
            return;
        }
        next.offer(packets.take(frame), nowPs);
    }

    /** Gives a frame to the port; false while it takes none. */
    boolean send(Packet packet) {
        leaving.clear();
        leaving.add(packet.frame);
        if (link.send(leaving) == 0) {
            return false;
        }
        counts.increment(DeviceCounter.SENT_FRAMES);
        counts.add(DeviceCounter.SENT_BYTES, packet.lengthBytes);
        packets.recycle(packet);
        return true;
    }
}
