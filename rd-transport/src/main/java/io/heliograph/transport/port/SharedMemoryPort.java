package io.heliograph.transport.port;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.MacAddress;
import java.lang.foreign.Arena;
import java.util.regex.Pattern;

/**
 * A port to another process on this machine: two processes that open the same name are joined, whichever comes first, and frames pass
 * between them without a copy.
 *
 * <p>A name joins one pair; once both are there it is free again, so a server opens it anew for each client. The first side may send
 * before the second comes, as much as the ring takes. A side that closes leaves the other with {@link LinkState#DOWN}, a side that dies,
 * be it by {@code kill -9}, with {@link LinkState#PEER_DIED}: {@link #linkState} asks the kernel at each call, so the bound is the
 * interval at which it is called. Sending to a side that is gone fills the ring and then accepts nothing. Nothing is left under
 * {@code /dev/shm} once both sides came, whatever becomes of them; what a first side leaves that was killed alone is removed by the next
 * process that opens any name.
 *
 * <p>Nothing that the other side writes is believed further than {@link FrameExchange} says. A received frame lies in memory that the
 * other process can still write: whoever must rule that out copies it first. Both processes have the same user.
 */
public final class SharedMemoryPort implements Port {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    private final PortInfo info;
    private final FrameExchange exchange;
    private final PortCounters counters = new PortCounters();
    private final Arena arena = Arena.ofShared();
    private final SharedMemory memory;
    private final int side;
    private volatile boolean closed;

    private SharedMemoryPort(String name, SharedMemoryRendezvous.Place place) {
        this.memory = place.memory();
        this.side = place.side();
        long link = memory.address() + SharedMemoryPortLayout.HEADER_BYTES;
        this.exchange = new FrameExchange(place.layout(), side, link, arena, counters);
        this.info = new PortInfo(
                "shm:" + name, "shm", macAddress(name, side), place.layout().mtuBytes(), 0, false);
    }

    /**
     * Opens a name with pools and rings of the default size, those of {@link MemoryPort}.
     *
     * @throws EnvironmentException if there is no shared memory to be had, or the other side wants another MTU
     * @throws IllegalArgumentException if the name or the MTU is out of range
     */
    public static SharedMemoryPort open(String name, int mtuBytes) {
        return open(name, mtuBytes, MemoryPort.DEFAULT_FRAMES, MemoryPort.DEFAULT_RING_ENTRIES);
    }

    /**
     * Opens a name; both sides give the same sizes.
     *
     * @param name letters, digits, {@code . _ -}, at most 200
     * @param mtuBytes the largest IP packet, 576 to 9000
     * @param framesPerSide frames in the pool of each side, 1 to 65,536
     * @param ringEntries frames that can be under way in one direction, a power of two to 65,536
     * @throws EnvironmentException if there is no shared memory to be had, or the other side wants other sizes
     * @throws IllegalArgumentException if a value is out of range
     */
    public static SharedMemoryPort open(String name, int mtuBytes, int framesPerSide, int ringEntries) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for shared memory: name=" + name
                    + "; give letters, digits, '.', '_' and '-', at most 200");
        }
        return new SharedMemoryPort(
                name, SharedMemoryRendezvous.take(name, new LinkLayout(mtuBytes, framesPerSide, ringEntries)));
    }

    @Override
    public PortInfo info() {
        return info;
    }

    @Override
    public int receive(Burst burst) {
        return closed ? 0 : exchange.receive(burst);
    }

    @Override
    public int allocate(Burst burst, int count) {
        return closed ? 0 : exchange.allocate(burst, count);
    }

    @Override
    public int send(Burst burst) {
        return closed ? 0 : exchange.send(burst);
    }

    @Override
    public void release(Burst burst) {
        if (closed) {
            burst.clear();
        } else {
            exchange.release(burst);
        }
    }

    /** {@link LinkState#DOWN} until the other side comes and after it closed; {@link LinkState#PEER_DIED} after it died. */
    @Override
    public synchronized LinkState linkState() {
        if (closed) {
            return LinkState.DOWN;
        }
        if (!peerSaysAttached()) {
            return LinkState.DOWN;
        }
        if (memory.isHeld(1 - side)) {
            return LinkState.UP;
        }
        // Whoever detaches says so before it lets go.
        return peerSaysAttached() ? LinkState.PEER_DIED : LinkState.DOWN;
    }

    private boolean peerSaysAttached() {
        return SharedMemoryPortLayout.stateAcquire(memory.address(), 1 - side) == SharedMemoryPortLayout.ATTACHED;
    }

    @Override
    public PortStatistics statistics() {
        return counters.snapshot();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        SharedMemoryPortLayout.stateRelease(memory.address(), side, SharedMemoryPortLayout.DETACHED);
        if (side == SharedMemoryRendezvous.SIDE_0) {
            memory.unlink(); // if nobody came, the name is still there
        }
        memory.close();
        arena.close();
    }

    /** Locally administered (IEEE 802 section 8.4), from the name and the side. */
    private static MacAddress macAddress(String name, int side) {
        return new MacAddress(0x0200_0000_0000L | Integer.toUnsignedLong(name.hashCode()) << 8 | side + 1);
    }
}
