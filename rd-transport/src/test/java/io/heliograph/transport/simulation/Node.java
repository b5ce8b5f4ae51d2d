package io.heliograph.transport.simulation;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultInjectorPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** An endpoint with a source region, a target region between guards, and a list of what completed. */
public final class Node implements AutoCloseable, CompletionHandler {
    public static final int REGION_BYTES = 1 << 18;
    private static final int GUARD_BYTES = 4096;
    private static final byte GUARD = 0x5A;
    private static final int INCARNATIONS_PER_LIFE = 1_000_000;

    /** What was polled, in order. */
    public record Completed(int kind, int status, int peer, int queue, long cookie, int immediate, long lengthBytes) {}

    private final EndpointConfig config;
    private final VirtualClock clock;
    private final List<FaultInjectorPort> ports;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment targetWithGuards = arena.allocate(REGION_BYTES + 2L * GUARD_BYTES, 64);
    private final MemorySegment sourceMemory = arena.allocate(REGION_BYTES, 64);
    private PacketEndpoint endpoint;
    private MemoryRegion source;
    private MemoryRegion target;
    private int peer = -1;
    private int incarnation;

    public final List<Completed> completed = new ArrayList<>();

    Node(EndpointConfig config, VirtualClock clock, long seed, List<FaultInjectorPort> ports) {
        this.config = config;
        incarnation = config.incarnation();
        this.clock = clock;
        this.ports = ports;
        targetWithGuards.asSlice(0, GUARD_BYTES).fill(GUARD);
        targetWithGuards.asSlice(GUARD_BYTES + REGION_BYTES, GUARD_BYTES).fill(GUARD);
        endpoint = Network.open(config, clock, seed, ports);
        source = endpoint.register(sourceMemory, 0);
        target = endpoint.register(targetMemory(), MemoryRegion.REMOTE_WRITE);
    }

    /** Ends the endpoint without a word and opens another over the same port, as a restarted process would. */
    public void restart(long seed, Node other) {
        // R1.2: after all that its former selves may have used.
        incarnation += INCARNATIONS_PER_LIFE;
        endpoint.close();
        completed.clear();
        endpoint = Network.open(config.withIncarnation(incarnation), clock, seed, ports);
        source = endpoint.register(sourceMemory, 0);
        target = endpoint.register(targetMemory(), MemoryRegion.REMOTE_WRITE);
        know(other);
    }

    /** Takes the target back and registers it again: from now on its old key means nothing. */
    void reregisterTarget() {
        endpoint.deregister(target);
        target = endpoint.register(targetMemory(), MemoryRegion.REMOTE_WRITE);
    }

    /** Takes the source back and registers it again: posts that still read from it fail. */
    void reregisterSource() {
        endpoint.deregister(source);
        source = endpoint.register(sourceMemory, 0);
    }

    void know(Node other) {
        peer = endpoint.addPeer(other.endpoint.address());
    }

    public PacketEndpoint endpoint() {
        return endpoint;
    }

    public MemoryRegion source() {
        return source;
    }

    public MemoryRegion target() {
        return target;
    }

    public MemorySegment targetMemory() {
        return targetWithGuards.asSlice(GUARD_BYTES, REGION_BYTES);
    }

    public MemorySegment sourceMemory() {
        return sourceMemory;
    }

    /** Posts a WRITE to the other node's target. */
    public int write(Node other, int queue, long sourceOffset, long lengthBytes, long targetOffset, long cookie) {
        return endpoint.write(
                queue,
                peer,
                source,
                sourceOffset,
                lengthBytes,
                other.target.address() + targetOffset,
                other.target.key(),
                cookie);
    }

    /** Posts a WRITE-with-IMM to the other node's target. */
    public int writeImm(
            Node other,
            int queue,
            long sourceOffset,
            long lengthBytes,
            long targetOffset,
            int immediate,
            boolean fenced,
            long cookie) {
        return endpoint.writeImm(
                queue,
                peer,
                source,
                sourceOffset,
                lengthBytes,
                other.target.address() + targetOffset,
                other.target.key(),
                immediate,
                fenced,
                cookie);
    }

    public int peer() {
        return peer;
    }

    /** Polls all that completed into the list. */
    public int poll() {
        return endpoint.poll(this, Integer.MAX_VALUE);
    }

    @Override
    public void onCompletion(Completion c) {
        completed.add(
                new Completed(c.kind(), c.status(), c.peer(), c.queue(), c.cookie(), c.immediate(), c.lengthBytes()));
    }

    public long count(EndpointCounter counter) {
        return endpoint.counters().get(counter);
    }

    /** Whether the bytes around the target are untouched. */
    public boolean guardsIntact() {
        long first = targetWithGuards.address();
        for (int i = 0; i < GUARD_BYTES; i++) {
            if (NativeMemory.getByte(first + i) != GUARD
                    || NativeMemory.getByte(first + GUARD_BYTES + REGION_BYTES + i) != GUARD) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        endpoint.close();
        arena.close();
    }
}
