package io.heliograph.transport.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.simulation.VirtualClock;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.QueuePair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Attacks on a node that somebody writes to: forged sources and keys, probing of bounds, guessed PSNs, replayed captures. Every attack is counted by its reason, touches no memory,
 * and the honest traffic goes on.
 */
class HostileTrafficTest {
    private static final int NETWORK = 0xC612_0000; // 198.18.0.0, RFC 2544
    private static final int REGION_BYTES = 1 << 16;
    private static final int GUARD_BYTES = 1 << 12;
    private static final int MAX_PEERS = 64;
    private static final int INCARNATION = 77_000;
    private static final long STEP_NS = 1_000;

    private final SeededRandom random = new SeededRandom(0xA77AC4);
    private final Arena arena = Arena.ofConfined();
    private final VirtualClock clock = new VirtualClock();
    private final Hub hub = new Hub();
    private final List<PacketEndpoint> nodes = new ArrayList<>();
    private final MemorySegment memory = arena.allocate(REGION_BYTES + 2L * GUARD_BYTES, 64);
    private final MemorySegment source = arena.allocate(REGION_BYTES, 64);
    private PacketEndpoint victim;
    private MemoryRegion target;
    private Forger forger;
    private int expectedImmediates;
    private int immediates;
    private int victimCompleted;

    @BeforeEach
    void open() {
        clock.advance(1_000_000_000);
        victim = node(1);
        target = victim.register(memory.asSlice(GUARD_BYTES, REGION_BYTES), MemoryRegion.REMOTE_WRITE);
        forger = new Forger(arena, hub, victim.address(), random);
        for (int i = 0; i < REGION_BYTES; i++) {
            source.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(100));
        }
    }

    @AfterEach
    void close() {
        nodes.forEach(PacketEndpoint::close);
        hub.close();
        arena.close();
    }

    private PacketEndpoint node(int lastByte) {
        IpAddress address = IpAddress.ofIpv4(NETWORK + lastByte);
        EndpointConfig config = EndpointConfig.of(address)
                .withIncarnation(INCARNATION)
                .withMaxPeers(MAX_PEERS)
                .withWindowPackets(64)
                .withSubmissionEntries(64)
                .withReceiveSlots(64);
        PacketEndpoint node = PacketEndpoint.open(config, clock, random, hub.attach(address));
        nodes.add(node);
        return node;
    }

    /** A node that writes to the victim. */
    private final class Writer {
        private final PacketEndpoint endpoint;
        private final MemoryRegion from;
        private final int peer;
        private int outstanding;
        private int completed;

        Writer(int lastByte) {
            endpoint = node(lastByte);
            from = endpoint.register(source, 0);
            peer = endpoint.addPeer(victim.address());
        }

        void post() {
            int length = 1 + random.nextInt(8000);
            int offset = random.nextInt(REGION_BYTES - length);
            int result = endpoint.writeImm(
                    0, peer, from, offset, length, target.address() + offset, target.key(), 1, true, 0);
            if (result == Post.OK) {
                outstanding++;
                expectedImmediates++;
            }
        }

        void poll() {
            endpoint.poll(this::onCompletion, 64);
        }

        private void onCompletion(Completion c) {
            assertEquals(Completion.WRITE, c.kind());
            assertEquals(CompletionStatus.SUCCESS, c.status());
            outstanding--;
            completed++;
        }
    }

    private void step() {
        hub.pump();
        nodes.forEach(PacketEndpoint::doWork);
        hub.pump();
        victim.poll(this::onVictimCompletion, 64);
        clock.advance(STEP_NS);
    }

    private void onVictimCompletion(Completion c) {
        if (c.kind() == Completion.IMMEDIATE) {
            immediates++;
        } else if (c.kind() == Completion.WRITE) {
            assertEquals(CompletionStatus.SUCCESS, c.status());
            victimCompleted++;
        }
    }

    /** Keeps a few messages of each under way. */
    private void work(Writer... writers) {
        for (Writer writer : writers) {
            writer.poll();
            while (writer.outstanding < 4) {
                writer.post();
            }
        }
        step();
    }

    private void finish(Writer... writers) {
        for (int i = 0; i < 1_000_000 && immediates < expectedImmediates; i++) {
            step();
        }
        for (Writer writer : writers) {
            for (int i = 0; i < 1_000_000 && writer.outstanding > 0; i++) {
                step();
                writer.poll();
            }
            assertEquals(0, writer.outstanding);
            assertTrue(writer.completed > 0);
        }
        assertEquals(expectedImmediates, immediates);
        honestBytesOnly();
    }

    /** Every byte is what an honest writer put there, or nobody. */
    private void honestBytesOnly() {
        for (int i = 0; i < REGION_BYTES; i++) {
            byte b = memory.get(ValueLayout.JAVA_BYTE, GUARD_BYTES + i);
            assertTrue(b == 0 || b == source.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
        }
        for (int i = 0; i < GUARD_BYTES; i++) {
            assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, i));
            assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, GUARD_BYTES + REGION_BYTES + i));
        }
    }

    private long count(EndpointCounter counter) {
        return victim.counters().get(counter);
    }

    private void forgeData(int key, long address, int destinationIncarnation) {
        forger.fields.destinationIncarnation = destinationIncarnation;
        forger.fields.sourceIncarnation = random.nextInt(Integer.MAX_VALUE - 1) + 1;
        forger.fields.sourceQp = QueuePair.of(0, 0);
        forger.fields.destinationQp = 0;
        forger.fields.psn = 0;
        forger.fields.msn = 0;
        forger.fields.messagePackets = 1 + random.nextInt(2);
        forger.fields.flags = 0;
        forger.fields.hasImmediate = false;
        forger.fields.key = key;
        forger.fields.virtualAddress = address;
    }

    private void flood(int sources) {
        Writer known = new Writer(2);
        Writer stranger = new Writer(3);
        victim.addPeer(known.endpoint.address());
        for (int i = 0; i < 200; i++) {
            work(known, stranger);
        }
        Writer newcomer = null;
        long memoryBefore = 0;
        for (int i = 0; i < sources; i++) {
            boolean isVoid = i % 4 == 3;
            // A quarter knows the key, which an off-path attacker cannot, and writes nothing worse than zero bytes.
            boolean knowsKey = i % 4 == 2;
            int key = knowsKey ? target.key() : (int) random.nextLong();
            int destination = i % 8 < 4 ? 0 : (int) random.nextLong();
            forgeData(key, target.address(), destination);
            forger.fields.flags = isVoid ? AinicLayout.VOID : 0;
            forger.fields.key = isVoid ? 1 : key;
            // 10.0.0.0/8 and beyond: each source once.
            forger.data(0x0A00_0000 + i, knowsKey || isVoid ? 0 : 64);
            if (i % 16 == 0) {
                if (newcomer == null) {
                    work(known, stranger);
                } else {
                    work(known, stranger, newcomer);
                }
            }
            if (i == sources / 2) {
                newcomer = new Writer(4);
                memoryBefore = usedHeapBytes();
            }
        }
        finish(known, stranger, newcomer == null ? stranger : newcomer);
        long grown = usedHeapBytes() - memoryBefore;
        assertTrue(grown < 8 << 20, "the heap grew by " + grown + " bytes");
        assertTrue(count(EndpointCounter.ACCESS_ERROR) > 0);
        assertTrue(count(EndpointCounter.CHALLENGED) > sources / 8);
        assertTrue(count(EndpointCounter.WRONG_DESTINATION) > 0);
    }

    private static long usedHeapBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void shouldServeHonestPeersWhenManySourcesAreForged() {
        flood(300_000);
    }

    @Test
    @Tag("slow")
    void shouldServeHonestPeersWhenTenMillionSourcesAreForged() {
        flood(10_000_000);
    }

    @Test
    void shouldTouchNothingWhenKeysAndBoundsAreProbed() {
        Writer honest = new Writer(2);
        for (int i = 0; i < 50; i++) {
            work(honest);
        }
        long before = count(EndpointCounter.ACCESS_ERROR);
        int probes = 100_000;
        int sent = 0;
        for (int i = 0; i < probes; i++) {
            boolean outOfBounds = i % 2 == 0;
            long address = outOfBounds
                    ? target.address()
                            + (random.nextInt(2) == 0
                                    ? -1L - random.nextInt(4000)
                                    : REGION_BYTES - 63L + random.nextInt(4000))
                    : target.address() + random.nextInt(REGION_BYTES - 64);
            forgeData(outOfBounds ? target.key() : target.key() ^ 1 << random.nextInt(32), address, 0);
            // Addresses far away, also such as overflow when the length is added.
            if (i % 16 == 0) {
                forger.fields.virtualAddress = random.nextInt(2) == 0 ? -1L - random.nextInt(64) : random.nextLong();
            }
            sent += forger.data(NETWORK + 0x100 + random.nextInt(1000), 64) ? 1 : 0;
            if (i % 16 == 0) {
                work(honest);
            }
        }
        finish(honest);
        assertEquals(sent, count(EndpointCounter.ACCESS_ERROR) - before);
    }

    @Test
    void shouldBelieveNothingWhenPsnsAndIncarnationsAreGuessed() {
        Writer honest = new Writer(2);
        MemoryRegion back = honest.endpoint.register(arena.allocate(REGION_BYTES), MemoryRegion.REMOTE_WRITE);
        MemoryRegion from = victim.register(source, 0);
        int peer = victim.addPeer(honest.endpoint.address());
        int posted = 0;
        long resentBefore = count(EndpointCounter.RETRANSMITTED);
        int[] reasons = {
            NackReason.TRIMMED,
            NackReason.NO_RESOURCE,
            NackReason.BAD_KEY,
            NackReason.STALE_SOURCE,
            NackReason.WRONG_DESTINATION,
            NackReason.CHALLENGE,
            NackReason.PSN_OOR_WINDOW
        };
        for (int i = 0; i < 200_000; i++) {
            forger.fields.destinationIncarnation = INCARNATION + 1 + random.nextInt(1 << 20);
            forger.fields.sourceIncarnation = INCARNATION + random.nextInt(1 << 20);
            forger.fields.psn = random.nextInt(1 << 10);
            forger.fields.destinationQp = 0;
            forger.fields.sourceQp = 0;
            if (i % 2 == 0) {
                forger.sack(NETWORK + 2, random.nextInt(1 << 10), 0, random.nextLong());
            } else {
                forger.nack(NETWORK + 2, reasons[random.nextInt(reasons.length)], INCARNATION + 5);
            }
            if (i % 16 == 0) {
                if (posted - victimCompleted < 4) {
                    assertEquals(Post.OK, victim.write(0, peer, from, 0, 4000, back.address(), back.key(), 0));
                    posted++;
                }
                work(honest);
            }
        }
        finish(honest);
        assertTrue(victimCompleted > 0);
        assertTrue(count(EndpointCounter.UNBELIEVED) > 100_000);
        assertEquals(0, count(EndpointCounter.PEERS_RESTARTED));
        assertEquals(resentBefore, count(EndpointCounter.RETRANSMITTED));
    }

    @Test
    void shouldPlaceNothingAgainWhenCaptureIsReplayed() {
        List<byte[]> capture = new ArrayList<>();
        Writer honest = new Writer(2);
        hub.tap((data, length) -> {
            byte[] copy = new byte[length];
            for (int i = 0; i < length; i++) {
                copy[i] = NativeMemory.getByte(data + i);
            }
            capture.add(copy);
        });
        for (int i = 0; i < 300; i++) {
            work(honest);
        }
        finish(honest);
        hub.tap(null);
        replay(capture);
        // The node began anew: same memory, other keys.
        long oldKey = target.key();
        victim.deregister(target);
        target = victim.register(memory.asSlice(GUARD_BYTES, REGION_BYTES), MemoryRegion.REMOTE_WRITE);
        assertTrue(oldKey != target.key());
        replay(capture);
        assertTrue(count(EndpointCounter.DUPLICATE) > 0);
    }

    private void replay(List<byte[]> capture) {
        // What the application has put there since must stay.
        memory.asSlice(GUARD_BYTES, REGION_BYTES).fill((byte) 111);
        int before = immediates;
        MemorySegment frame = arena.allocate(Hub.MTU_BYTES + 64);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < capture.size(); i++) {
                byte[] each = capture.get(round == 1 ? capture.size() - 1 - i : i);
                MemorySegment.copy(each, 0, frame, ValueLayout.JAVA_BYTE, 0, each.length);
                hub.inject(frame.address(), each.length);
                step();
            }
        }
        assertEquals(before, immediates);
        for (int i = 0; i < REGION_BYTES; i++) {
            assertEquals(111, memory.get(ValueLayout.JAVA_BYTE, GUARD_BYTES + i), "byte " + i);
        }
        // With the zeros of a fresh region the honest bytes can be told again.
        memory.asSlice(GUARD_BYTES, REGION_BYTES).fill((byte) 0);
    }
}
