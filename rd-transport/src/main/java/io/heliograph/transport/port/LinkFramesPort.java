package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A port around one queue of a device with several, which shows to all of them the frames that concern everybody on the link: ARP, ICMPv6
 * (neighbour discovery) and MAC control (pauses).
 *
 * <p>A device puts such a frame into one queue, by rules of its own, and not the one whose thread asked. The port that receives it copies it
 * for the others, which receive it in a frame of their own; one that has no room for it loses it, as a network may. These copies are not
 * in the statistics. Threads as the port within: one for each port; nothing is allocated after construction.
 */
final class LinkFramesPort extends PortWrapper {
    private static final int FRAME = 1;
    private static final int RING_BYTES = 1 << 14;
    /** Well above what ARP, neighbour discovery and pauses need. */
    private static final int GREATEST_BYTES = 512;

    private static final int IPV6_NEXT_HEADER = EthernetLayout.LENGTH + 6;
    private static final int NEXT_HEADER_ICMPV6 = 58;

    private final Arena arena = Arena.ofAuto();
    private final ManyToOneRingBuffer inbox;
    private final List<LinkFramesPort> others = new ArrayList<>();
    private final UnsafeBuffer outgoing = new UnsafeBuffer(0, 0);
    private final Burst single = new Burst(arena, 1);
    private final MessageHandler copyIn = (type, buffer, index, lengthBytes) -> {
        long frame = single.frame(0);
        NativeMemory.copy(buffer.addressOffset() + index, Frame.dataAddress(frame), lengthBytes);
        Frame.lengthBytes(frame, lengthBytes);
    };

    private LinkFramesPort(Port port) {
        super(port);
        MemorySegment memory = arena.allocate(RING_BYTES + RingBufferDescriptor.TRAILER_LENGTH, 128);
        inbox = new ManyToOneRingBuffer(new UnsafeBuffer(memory.address(), (int) memory.byteSize()));
    }

    /** The ports of all queues of a device, wrapped; a single one shares with nobody and stays as it is. */
    static List<Port> around(List<Port> queues) {
        if (queues.size() == 1) {
            return queues;
        }
        List<LinkFramesPort> wrapped = new ArrayList<>();
        for (Port queue : queues) {
            wrapped.add(new LinkFramesPort(queue));
        }
        for (LinkFramesPort each : wrapped) {
            each.others.addAll(wrapped);
            each.others.remove(each);
        }
        return List.copyOf(wrapped);
    }

    @Override
    public int receive(Burst burst) {
        int count = port.receive(burst);
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            if (concernsEverybody(frame)) {
                show(frame);
            }
        }
        return inbox.size() > 0 && count < burst.capacity() ? count + takeShown(burst) : count;
    }

    private static boolean concernsEverybody(long frame) {
        int lengthBytes = Frame.lengthBytes(frame);
        if (lengthBytes <= IPV6_NEXT_HEADER || lengthBytes > GREATEST_BYTES) {
            return false;
        }
        long data = Frame.dataAddress(frame);
        return switch (EthernetLayout.type(data)) {
            case EthernetLayout.TYPE_ARP, EthernetLayout.TYPE_MAC_CONTROL -> true;
            case EthernetLayout.TYPE_IPV6 ->
                NativeMemory.getUnsignedByte(data + IPV6_NEXT_HEADER) == NEXT_HEADER_ICMPV6;
            default -> false;
        };
    }

    private void show(long frame) {
        outgoing.wrap(Frame.dataAddress(frame), Frame.lengthBytes(frame));
        for (int i = 0; i < others.size(); i++) {
            boolean _ = others.get(i).inbox.write(FRAME, outgoing, 0, outgoing.capacity());
        }
    }

    /** Receives one of the frames that other ports showed. */
    private int takeShown(Burst burst) {
        if (port.allocate(single, 1) == 0) {
            return 0;
        }
        if (inbox.read(copyIn, 1) == 0) {
            port.release(single); // not yet written whole
            return 0;
        }
        burst.add(single.removeLast());
        return 1;
    }
}
