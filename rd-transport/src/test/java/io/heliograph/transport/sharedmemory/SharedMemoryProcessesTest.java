package io.heliograph.transport.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.testing.ChildJvm;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Direct placement between processes, and what is left when one of them is killed. */
@Timeout(180)
final class SharedMemoryProcessesTest {
    private static final int BIG_BYTES = 32 << 20;
    private static final IpAddress OTHER = IpAddress.parse("198.18.0." + DirectPeer.NUMBER);
    /** The peer timeout, and as much again for a machine that is busy. */
    private static final long GONE_NS = 2 * TestDomain.config(1).peerTimeoutNs();

    private final TestDomain domain = new TestDomain();
    private final Arena arena = Arena.ofConfined();
    // A writer at a time finds a slot: the next one comes only where the last one's was freed.
    private final SharedMemoryEndpoint endpoint =
            domain.open(TestDomain.config(1).withMaxPeers(1));
    private final List<Integer> statuses = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();
    private final List<Integer> immediates = new ArrayList<>();

    @AfterEach
    void leaveNothing() {
        endpoint.close();
        arena.close();
        SharedMemory.removeAbandoned("heliograph-direct-" + domain.name);
        assertEquals(List.of(), domain.left());
    }

    private void turn() {
        endpoint.doWork();
        endpoint.poll(this::see, 64);
    }

    private void see(Completion c) {
        switch (c.kind()) {
            case Completion.WRITE -> statuses.add(c.status());
            case Completion.IMMEDIATE -> immediates.add(c.immediate());
            default -> events.add(c.status());
        }
    }

    private ChildJvm fire(MemoryRegion region) {
        ChildJvm child = ChildJvm.start(
                DirectPeer.class,
                domain.name,
                "fire",
                Long.toString(region.address()),
                Integer.toString(region.key()),
                Long.toString(region.lengthBytes()));
        child.await("firing");
        return child;
    }

    @Test
    void shouldReachATargetAgainAfterItWasKilled() {
        MemoryRegion source = endpoint.register(arena.allocate(64), 0);
        int peer = endpoint.addPeer(OTHER);
        for (int life = 0; life < 2; life++) {
            try (ChildJvm child = ChildJvm.start(DirectPeer.class, domain.name, "target")) {
                long address = Long.parseLong(child.readLine());
                int key = Integer.parseInt(child.readLine());
                assertEquals(Post.OK, endpoint.write(0, peer, source, 0, 64, address, key, 0));
                assertTrue(TestDomain.until(() -> {
                    turn();
                    return !statuses.isEmpty();
                }));
                assertEquals(List.of(CompletionStatus.SUCCESS), statuses);
                child.kill();
                long startNs = SystemClock.INSTANCE.nowNs();
                assertTrue(TestDomain.until(() -> {
                    turn();
                    return !events.isEmpty();
                }));
                long tookNs = SystemClock.INSTANCE.nowNs() - startNs;
                assertTrue(tookNs < GONE_NS, () -> "noticed after " + TimeUnit.NANOSECONDS.toMillis(tookNs) + " ms");
                assertEquals(List.of(CompletionStatus.PEER_GONE), events);
                assertEquals(1, domain.left().size(), "only our own name is left");
                assertEquals(Post.OK, endpoint.write(0, peer, source, 0, 64, address, key, 0));
                assertTrue(TestDomain.until(() -> {
                    turn();
                    return statuses.size() == 2;
                }));
                assertEquals(CompletionStatus.PEER_GONE, statuses.get(1));
                turn();
                statuses.clear();
                events.clear();
            }
        }
    }

    @Test
    void shouldTellPeerRestartedWhenAKilledTargetIsBackBeforeItWasMissed() {
        MemoryRegion source = endpoint.register(arena.allocate(64), 0);
        int peer = endpoint.addPeer(OTHER);
        try (ChildJvm first = ChildJvm.start(DirectPeer.class, domain.name, "target")) {
            long address = Long.parseLong(first.readLine());
            int key = Integer.parseInt(first.readLine());
            endpoint.write(0, peer, source, 0, 64, address, key, 0);
            assertTrue(TestDomain.until(() -> {
                turn();
                return !statuses.isEmpty();
            }));
        }
        // Nobody turns the endpoint while the next one comes.
        try (ChildJvm second = ChildJvm.start(DirectPeer.class, domain.name, "target")) {
            long address = Long.parseLong(second.readLine());
            int key = Integer.parseInt(second.readLine());
            assertTrue(TestDomain.until(() -> {
                turn();
                return !events.isEmpty();
            }));
            assertEquals(List.of(CompletionStatus.PEER_RESTARTED), events);
            statuses.clear();
            endpoint.write(0, peer, source, 0, 64, address, key, 0);
            assertTrue(TestDomain.until(() -> {
                turn();
                return !statuses.isEmpty();
            }));
            assertEquals(List.of(CompletionStatus.SUCCESS), statuses);
        }
    }

    @Test
    void shouldDeregisterAtOnceWhenAWriterWasKilledInTheMiddleOfACopy() {
        MemorySegment memory = endpoint.allocate(BIG_BYTES);
        boolean inTheMiddle = false;
        for (int attempt = 0; attempt < 10 && !inTheMiddle; attempt++) {
            MemoryRegion region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
            try (ChildJvm child = fire(region)) {
                child.kill();
            }
            inTheMiddle = isBusy();
            endpoint.deregister(region);
            memory.fill((byte) 1);
            assertTrue(TestDomain.until(() -> {
                turn();
                return !events.isEmpty();
            }));
            assertEquals(List.of(CompletionStatus.PEER_GONE), events);
            events.clear();
            assertEquals(-1, memory.mismatch(arena.allocate(BIG_BYTES).fill((byte) 1)));
        }
        assertTrue(inTheMiddle, "no writer was ever killed in the middle");
    }

    /** Whether the lane of the only slot says that a copy is under way. */
    private boolean isBusy() {
        try (SharedMemory block = SharedMemory.open(SharedMemoryEndpoint.path(domain.name, endpoint.address()))) {
            SegmentLayout layout = SegmentLayout.read(block.address(), block.sizeBytes())
                    .orElseThrow()
                    .layout();
            return (Lane.sequenceAcquire(block.address() + layout.lane(0, Link.APPLICATION)) & 1) == 1;
        }
    }

    @Test
    void shouldLetNobodyWriteOnceDeregisterReturnedWhileAnotherProcessFires() {
        MemorySegment memory = endpoint.allocate(DirectPeer.TARGET_BYTES);
        MemorySegment ones = arena.allocate(DirectPeer.TARGET_BYTES).fill((byte) 1);
        for (int round = 0; round < 8; round++) {
            MemoryRegion region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
            try (ChildJvm child = fire(region)) {
                endpoint.deregister(region);
                memory.fill((byte) 1);
                for (int look = 0; look < 200; look++) {
                    assertEquals(-1, memory.mismatch(ones));
                }
                assertEquals("ended with " + CompletionStatus.BAD_KEY + "\n", child.finish());
                assertEquals(-1, memory.mismatch(ones));
            }
            assertTrue(TestDomain.until(() -> {
                turn();
                return endpoint.hasNoWriters();
            }));
        }
        assertFalse(events.contains(CompletionStatus.PEER_GONE), "a writer that leaves is not gone without a word");
    }

    @Test
    void shouldFireEveryImmediateOnceAndInOrderAfterItsBytesAcrossProcesses() {
        int total = 100_000;
        MemorySegment memory = endpoint.allocate((long) total * DirectPeer.RECORD_BYTES);
        MemoryRegion region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
        try (ChildJvm child = ChildJvm.start(
                DirectPeer.class,
                domain.name,
                "count",
                Long.toString(region.address()),
                Integer.toString(region.key()),
                Integer.toString(total))) {
            int[] next = {0};
            assertTrue(TestDomain.until(() -> {
                endpoint.doWork();
                endpoint.poll(
                        c -> {
                            assertEquals(next[0], c.immediate());
                            long offset = (long) next[0] * DirectPeer.RECORD_BYTES;
                            for (int word = 0; word < DirectPeer.RECORD_BYTES; word += Long.BYTES) {
                                assertEquals(next[0], memory.get(ValueLayout.JAVA_LONG, offset + word));
                            }
                            next[0]++;
                        },
                        5);
                return next[0] == total;
            }));
            assertEquals("", child.finish());
        }
    }
}
