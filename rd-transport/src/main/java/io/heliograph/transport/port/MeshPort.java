package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * One port of several nodes to each other, over a port to each: what is sent leaves by the port to the node whose IP address it is for, and what comes by any of them is received. So ports that join two make a network of many.
 *
 * <p>A frame that is sent is copied once, for only its destination says which port's memory it must lie in; a received one is handed on as it lies. Where the port to a node takes no more, because the node is gone or slow, its
 * frames are lost, as in a switch, and nobody else waits. What is no IP packet goes to all; what is for nobody here is lost. Threads as {@link Port} says; nothing is allocated after construction.
 */
public final class MeshPort implements Port {
    private static final int OWN_FRAMES = 2048;
    /** As many as the ports within may have handed out at a time. */
    private static final int LENT_FRAMES = 8192;

    private static final int BURST = 64;
    private static final int HEADER_SHIFT = 6;

    // In the header of a received frame, where a DPDK frame has what nobody here looks at.
    private static final int INNER_FRAME = 8;
    private static final int INNER_PORT = 24;

    private static final int IPV4_DESTINATION = EthernetLayout.LENGTH + 16;
    private static final int IPV6_DESTINATION = EthernetLayout.LENGTH + 24;
    private static final int NOBODY = -1;
    private static final int EVERYBODY = -2;

    private final PortInfo info;
    private final Port[] ports;
    private final long[] high;
    private final long[] low;
    private final Burst[] incoming;
    private final Burst[] outgoing;
    private final PortCounters counters = new PortCounters();
    private final Arena arena = Arena.ofShared();
    private final int maxFrameBytes;
    private final long ownAddress;
    private final long lentAddress;
    private final long[] own = new long[OWN_FRAMES];
    private final long[] lent = new long[LENT_FRAMES];
    private int ownCount;
    private int lentCount;
    private int next;
    private boolean closed;

    private MeshPort(String name, MacAddress macAddress, int mtuBytes, List<Port> ports, List<IpAddress> addresses) {
        info = new PortInfo(name, "mesh", macAddress, mtuBytes, 0, false);
        this.ports = ports.toArray(Port[]::new);
        high = new long[this.ports.length];
        low = new long[this.ports.length];
        incoming = new Burst[this.ports.length];
        outgoing = new Burst[this.ports.length];
        for (int i = 0; i < this.ports.length; i++) {
            high[i] = addresses.get(i).high();
            low[i] = addresses.get(i).low();
            incoming[i] = new Burst(arena, BURST);
            outgoing[i] = new Burst(arena, BURST);
        }
        LinkLayout layout = new LinkLayout(mtuBytes, OWN_FRAMES, 1);
        maxFrameBytes = layout.maxFrameBytes();
        int stride = layout.frameStrideBytes();
        long buffers = arena.allocate((long) OWN_FRAMES * stride, LinkLayout.LINE_PAIR_BYTES)
                .address();
        ownAddress = headers(OWN_FRAMES);
        for (int i = OWN_FRAMES - 1; i >= 0; i--) {
            long frame = ownAddress + ((long) i << HEADER_SHIFT);
            Frame.format(
                    frame, buffers + (long) i * stride, LinkLayout.DATA_OFFSET + maxFrameBytes, LinkLayout.DATA_OFFSET);
            own[ownCount++] = frame;
        }
        lentAddress = headers(LENT_FRAMES);
        for (int i = LENT_FRAMES - 1; i >= 0; i--) {
            lent[lentCount++] = lentAddress + ((long) i << HEADER_SHIFT);
        }
    }

    private long headers(int count) {
        return arena.allocate((long) count << HEADER_SHIFT, LinkLayout.LINE_PAIR_BYTES)
                .address();
    }

    /**
     * A port over open ones, which it closes with itself.
     *
     * @param name what the user calls it
     * @param macAddress its own, which nobody asks for
     * @param mtuBytes that of all ports
     * @param ports one to each other node; they know where frames go without asking
     * @param addresses of the nodes, in the same order
     * @throws IllegalArgumentException if a port has another MTU or asks for neighbours, or there are not as many addresses
     */
    public static MeshPort over(
            String name, MacAddress macAddress, int mtuBytes, List<Port> ports, List<IpAddress> addresses) {
        if (ports.size() != addresses.size()) {
            throw new IllegalArgumentException(
                    "mesh: ports=" + ports.size() + " addresses=" + addresses.size() + "; give an address for each");
        }
        for (Port port : ports) {
            if (port.info().mtuBytes() != mtuBytes || port.info().resolvesNeighbours()) {
                throw new IllegalArgumentException("mesh: " + port.info() + " mtuBytes=" + mtuBytes
                        + "; give ports of this MTU that join two nodes");
            }
        }
        return new MeshPort(name, macAddress, mtuBytes, ports, addresses);
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        if (closed || ports.length == 0) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < ports.length; i++) {
            int number = next;
            next = next + 1 == ports.length ? 0 : next + 1;
            bytes += receive(number, burst);
        }
        counters.received(burst.size(), bytes);
        return burst.size();
    }

    /** Hands on what came by one port, as far as there is room; the rest waits. */
    private long receive(int number, Burst burst) {
        Burst from = incoming[number];
        if (from.size() == 0 && ports[number].receive(from) == 0) {
            return 0;
        }
        int count = Math.min(Math.min(from.size(), burst.remaining()), lentCount);
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long inner = from.frame(i);
            long frame = lent[--lentCount];
            long data = Frame.dataAddress(inner);
            int lengthBytes = Frame.lengthBytes(inner);
            Frame.format(
                    frame,
                    data - LinkLayout.DATA_OFFSET,
                    LinkLayout.DATA_OFFSET + maxFrameBytes,
                    LinkLayout.DATA_OFFSET);
            Frame.lengthBytes(frame, lengthBytes);
            NativeMemory.putLong(frame + INNER_FRAME, inner);
            NativeMemory.putInt(frame + INNER_PORT, number);
            burst.add(frame);
            bytes += lengthBytes;
        }
        from.removeFirst(count);
        return bytes;
    }

    @Override
    public int allocate(Burst burst, int count) {
        if (closed || ownCount < count) {
            return 0;
        }
        for (int i = 0; i < count; i++) {
            burst.add(own[--ownCount]);
        }
        return count;
    }

    /** Takes all: what the port to a node has no room for is lost, and counted. */
    @Override
    public int send(Burst burst) {
        if (closed) {
            return 0;
        }
        int count = burst.size();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            long frame = burst.frame(i);
            bytes += Frame.lengthBytes(frame);
            int destination = destination(frame);
            if (destination == EVERYBODY) {
                for (int number = 0; number < ports.length; number++) {
                    put(number, frame);
                }
            } else if (destination == NOBODY) {
                counters.sendDropped(1);
            } else {
                put(destination, frame);
            }
        }
        for (int number = 0; number < ports.length; number++) {
            flush(number);
        }
        counters.sent(count, bytes);
        release(burst);
        return count;
    }

    private int destination(long frame) {
        int lengthBytes = Frame.lengthBytes(frame);
        long data = Frame.dataAddress(frame);
        int type = lengthBytes < EthernetLayout.LENGTH ? 0 : EthernetLayout.type(data);
        if (type == EthernetLayout.TYPE_IPV4 && lengthBytes >= IPV4_DESTINATION + Integer.BYTES) {
            return number(0, IpAddress.ipv4MappedLow(NativeMemory.getIntBigEndian(data + IPV4_DESTINATION)));
        }
        if (type == EthernetLayout.TYPE_IPV6 && lengthBytes >= IPV6_DESTINATION + 2 * Long.BYTES) {
            return number(
                    NativeMemory.getLongBigEndian(data + IPV6_DESTINATION),
                    NativeMemory.getLongBigEndian(data + IPV6_DESTINATION + Long.BYTES));
        }
        return EVERYBODY;
    }

    private int number(long addressHigh, long addressLow) {
        for (int i = 0; i < low.length; i++) {
            if (low[i] == addressLow && high[i] == addressHigh) {
                return i;
            }
        }
        return NOBODY;
    }

    private void put(int number, long frame) {
        Burst to = outgoing[number];
        if (to.remaining() == 0) {
            flush(number);
        }
        int lengthBytes = Frame.lengthBytes(frame);
        if (ports[number].allocate(to, 1) == 0) {
            counters.sendDropped(1);
            return;
        }
        long copy = to.frame(to.size() - 1);
        NativeMemory.copy(Frame.dataAddress(frame), Frame.dataAddress(copy), lengthBytes);
        Frame.lengthBytes(copy, lengthBytes);
    }

    private void flush(int number) {
        Burst to = outgoing[number];
        if (to.size() > 0) {
            ports[number].send(to);
            if (to.size() > 0) {
                counters.sendDropped(to.size());
                ports[number].release(to);
            }
        }
    }

    @Override
    public void release(Burst burst) {
        for (int i = 0; i < burst.size() && !closed; i++) {
            long frame = burst.frame(i);
            if (frame >= ownAddress && frame < ownAddress + ((long) OWN_FRAMES << HEADER_SHIFT)) {
                own[ownCount++] = frame;
            } else {
                giveBack(frame);
            }
        }
        for (int number = 0; number < ports.length && !closed; number++) {
            if (outgoing[number].size() > 0) {
                ports[number].release(outgoing[number]);
            }
        }
        burst.clear();
    }

    /** Has a received frame go back with others of its port. */
    private void giveBack(long frame) {
        int number = NativeMemory.getInt(frame + INNER_PORT);
        Burst back = outgoing[number];
        if (back.remaining() == 0) {
            ports[number].release(back);
        }
        back.add(NativeMemory.getLong(frame + INNER_FRAME));
        lent[lentCount++] = frame;
    }

    /** {@link LinkState#UP} if any node can be reached; else what is so of the first. */
    @Override
    public LinkState linkState() {
        LinkState first = LinkState.DOWN;
        for (int number = ports.length - 1; number >= 0; number--) {
            first = ports[number].linkState();
            if (first == LinkState.UP) {
                return first;
            }
        }
        return first;
    }

    @Override
    public PortStatistics statistics() {
        return counters.snapshot();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            for (Port port : ports) {
                port.close();
            }
            arena.close();
        }
    }
}
