package io.heliograph.transport.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import io.heliograph.transport.wire.FrameCheck;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.IdentityLayout;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.QueuePair;
import io.heliograph.transport.wire.SackLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An endpoint with its memory, and the wire it hangs on.
 *
 * <pre>
 *   guard | open: anybody with its key may write | guard | vault: only the legitimate peer knows its key | guard | source, read only | guard
 * </pre>
 */
final class Stage implements AutoCloseable {
    static final int REGION_BYTES = 2048;
    static final int MTU_BYTES = 576;
    static final int INCARNATION = 1000;
    static final long ENDPOINT_MAC = 0x0200_0000_0001L;
    static final long PEER_MAC = 0x0200_0000_0002L;

    private static final int GUARD_BYTES = 256;
    private static final int FRAMES = 64;
    private static final int MOST_CYCLES = 2000;
    private static final int NETWORK = 0xC612_0000; // 198.18.0.0, RFC 2544
    private static final int LEGITIMATE = 0x1E61_7000;
    private static final int UNTOUCHED = 0x5A;

    final VirtualClock clock = new VirtualClock();
    final PacketEndpoint endpoint;
    final MemoryRegion source;

    private final Arena arena = Arena.ofConfined();
    private final PortPair ports;
    private final Port wire;
    private final Burst burst = new Burst(arena, FRAMES);
    private final MemorySegment memory = arena.allocate(4 * GUARD_BYTES + 3 * REGION_BYTES, 64);
    private final MemorySegment model = arena.allocate(4 * GUARD_BYTES + 3 * REGION_BYTES, 64);
    private final MemoryRegion vault;
    private final FrameCheck check;
    private final FrameWriter writer = new FrameWriter(arena);
    private final PeerHeader legitimate;
    private final MemorySegment scratch = arena.allocate(2048, 64);
    private MemoryRegion open;
    private int psn;
    private int legitimateIncarnation;
    private boolean acknowledged;

    Stage() {
        ports = MemoryPort.pair(MTU_BYTES, FRAMES, FRAMES);
        wire = ports.right();
        EndpointConfig config = EndpointConfig.of(address(1))
                .withIncarnation(INCARNATION)
                .withWindowPackets(64)
                .withSubmissionEntries(8)
                .withReceiveSlots(4)
                .withMaxPeers(6);
        endpoint = PacketEndpoint.open(config, clock, new SeededRandom(1), ports.left());
        memory.fill((byte) UNTOUCHED);
        model.fill((byte) UNTOUCHED);
        open = endpoint.register(region(0), MemoryRegion.REMOTE_WRITE);
        vault = endpoint.register(region(1), MemoryRegion.REMOTE_WRITE);
        source = endpoint.register(region(2), 0);
        check = FrameCheck.forAnyDestination(arena, EndpointConfig.ROCE_V2_PORT);
        legitimate = new PeerHeader(arena, address(2), address(1), EndpointConfig.ROCE_V2_PORT);
        legitimate.ethernet(PEER_MAC, ENDPOINT_MAC);
        endpoint.addPeer(address(2));
    }

    /** The nodes: 1 is the endpoint, 2 the legitimate peer, the others the attacker's. */
    static IpAddress address(int node) {
        return IpAddress.ofIpv4(NETWORK + node);
    }

    private MemorySegment region(int index) {
        return memory.asSlice(GUARD_BYTES + (long) index * (GUARD_BYTES + REGION_BYTES), REGION_BYTES);
    }

    /** What the attacker has the key of. */
    MemoryRegion open() {
        return open;
    }

    /** The open region goes, and comes back under another key. */
    void replaceOpen() {
        endpoint.deregister(open);
        open = endpoint.register(region(0), MemoryRegion.REMOTE_WRITE);
    }

    /** Puts a frame on the wire, unless it is one that only the legitimate peer sends; false if the wire is full. */
    boolean send(byte[] frame) {
        if (frame.length < 14 || frame.length > MTU_BYTES + 14 || isLegitimate(frame)) {
            return true;
        }
        return put(frame);
    }

    private boolean isLegitimate(byte[] frame) {
        MemorySegment.copy(frame, 0, scratch, ValueLayout.JAVA_BYTE, 0, frame.length);
        int kind = check.check(scratch.address(), frame.length);
        return kind > 0
                && kind != PacketKind.NEIGHBOUR
                && check.sourceHigh() == address(2).high()
                && check.sourceLow() == address(2).low();
    }

    private boolean put(byte[] frame) {
        if (wire.allocate(burst, 1) != 1) {
            return false;
        }
        long to = burst.frame(0);
        MemorySegment data = NativeMemory.segment(Frame.dataAddress(to), frame.length);
        MemorySegment.copy(frame, 0, data, ValueLayout.JAVA_BYTE, 0, frame.length);
        Frame.lengthBytes(to, frame.length);
        assertEquals(1, wire.send(burst), "the ring has room for every frame");
        return true;
    }

    /** Runs the endpoint until it has nothing to do; takes what it sends. */
    void run() {
        for (int cycle = 0; cycle < MOST_CYCLES; cycle++) {
            drain();
            if (endpoint.doWork() == 0) {
                drain();
                return;
            }
        }
        throw new AssertionError("the endpoint does not come to rest");
    }

    private void drain() {
        while (wire.receive(burst) > 0) {
            for (int i = 0; i < burst.size(); i++) {
                look(Frame.dataAddress(burst.frame(i)), Frame.lengthBytes(burst.frame(i)));
            }
            wire.release(burst);
        }
    }

    private void look(long frame, int lengthBytes) {
        int kind = check.check(frame, lengthBytes);
        assertTrue(kind > 0, "the endpoint sent a frame that it would refuse");
        boolean toLegitimate =
                NativeMemory.getIntBigEndian(frame + 14 + 16) == address(2).ipv4();
        if (kind == PacketKind.SACK && toLegitimate) {
            long identity = check.identityAddress();
            acknowledged |= IdentityLayout.destinationIncarnation(identity) == LEGITIMATE
                    && SackLayout.cumulativePsn(check.bthAddress()) == psn;
            legitimateIncarnation = IdentityLayout.sourceIncarnation(identity);
        }
    }

    /** The legitimate peer writes, and that is placed and acknowledged. */
    void legitimateWrite() {
        PacketFields fields = new PacketFields();
        fields.destinationIncarnation = legitimateIncarnation;
        fields.sourceIncarnation = LEGITIMATE;
        fields.destinationQp = QueuePair.of(0, 0);
        fields.sourceQp = QueuePair.of(0, 0);
        fields.psn = psn;
        fields.msn = psn;
        fields.messagePackets = 1;
        fields.acknowledge = true;
        fields.key = vault.key();
        int offset = psn * 16 % REGION_BYTES;
        fields.virtualAddress = vault.address() + offset;
        scratch.asSlice(0, 16).fill((byte) (psn + 1));
        long frame = scratch.address() + 64;
        int length = writer.writeData(frame, legitimate, 0xC0DE, fields, scratch.address(), 16);
        byte[] bytes = scratch.asSlice(64, length).toArray(ValueLayout.JAVA_BYTE);
        psn++;
        acknowledged = false;
        assertTrue(put(bytes), "the endpoint keeps frames");
        run();
        model.asSlice(vault.address() - memory.address() + offset, 16).fill((byte) psn);
        assertTrue(acknowledged, "the legitimate peer's WRITE was not acknowledged");
        checkMemory();
    }

    /** Only the open region may differ from the model. */
    void checkMemory() {
        long start = GUARD_BYTES;
        long end = start + REGION_BYTES;
        assertEquals(-1, MemorySegment.mismatch(memory, 0, start, model, 0, start), "wrote before the open region");
        long size = memory.byteSize();
        assertEquals(-1, MemorySegment.mismatch(memory, end, size, model, end, size), "wrote behind the open region");
    }

    /** No frame of the wire's has stayed with the endpoint. */
    void checkFrames() {
        drain();
        assertEquals(FRAMES, wire.allocate(burst, FRAMES), "the endpoint keeps frames");
        wire.release(burst);
    }

    @Override
    public void close() {
        endpoint.close();
        ports.close();
        arena.close();
    }
}
