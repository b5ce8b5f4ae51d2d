package io.heliograph.transport.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.testing.Allocations;
import io.heliograph.testing.ChildJvm;
import io.heliograph.testing.Refusal;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What direct placement promises beyond the contract of all endpoints, within one process. */
@Timeout(120)
@SuppressWarnings("try") // closing early is what is tested
final class SharedMemoryEndpointTest {
    private static final int BYTES = 64 << 10;

    private final TestDomain domain = new TestDomain();
    private final Arena arena = Arena.ofConfined();
    private final SharedMemoryEndpoint left = domain.open(1);
    private SharedMemoryEndpoint right = domain.open(2);
    private final MemoryRegion from = left.register(arena.allocate(BYTES).fill((byte) 7), 0);
    private MemorySegment target = right.allocate(BYTES);
    private MemoryRegion to = right.register(target, MemoryRegion.REMOTE_WRITE);
    private final int peer = left.addPeer(right.address());
    private final List<String> seenLeft = new ArrayList<>();
    private final List<String> seenRight = new ArrayList<>();

    @AfterEach
    void leaveNothing() {
        left.close();
        right.close();
        arena.close();
        assertEquals(List.of(), domain.left());
    }

    private static String describe(Completion c) {
        return switch (c.kind()) {
            case Completion.WRITE -> c.cookie() + ":" + c.status();
            case Completion.IMMEDIATE -> "imm " + c.immediate();
            default -> "event " + c.status();
        };
    }

    private void awaitLeft(String... expected) {
        await(seenLeft, expected);
    }

    private void awaitRight(String... expected) {
        await(seenRight, expected);
    }

    private void await(List<String> seen, String... expected) {
        boolean came = TestDomain.until(() -> {
            left.doWork();
            right.doWork();
            left.poll(c -> seenLeft.add(describe(c)), 1);
            right.poll(c -> seenRight.add(describe(c)), 1);
            return seen.size() >= expected.length;
        });
        assertTrue(came, () -> "left saw " + seenLeft + ", right saw " + seenRight);
        assertEquals(List.of(expected), seen);
        seen.clear();
    }

    private int write(long bytes, long cookie) {
        return left.write(0, peer, from, 0, bytes, to.address(), to.key(), cookie);
    }

    private int writeImm(int immediate, boolean fenced, long cookie) {
        return left.writeImm(0, peer, from, 0, 8, to.address(), to.key(), immediate, fenced, cookie);
    }

    private void connect() {
        write(8, -1);
        awaitLeft("-1:0");
    }

    @Test
    void shouldRefuseTargetMemoryThatIsNotShared() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> right.register(arena.allocate(64), MemoryRegion.REMOTE_WRITE));
        assertTrue(String.valueOf(refusal.getMessage()).contains("SharedMemoryEndpoint.allocate"), refusal::getMessage);
        right.deregister(right.register(arena.allocate(64), 0));
        right.deregister(to);
        right.free(target);
        assertThrows(IllegalArgumentException.class, () -> right.register(target, MemoryRegion.REMOTE_WRITE));
    }

    @Test
    void shouldAllocateZeroedAndUseFreedMemoryAgain() {
        MemorySegment big = right.allocate(TestDomain.MEMORY_BYTES / 2, 1 << 20);
        assertEquals(0, big.address() % (1 << 20));
        big.fill((byte) 1);
        assertThrows(IllegalStateException.class, () -> right.allocate(TestDomain.MEMORY_BYTES / 2, 1 << 20));
        MemoryRegion region = right.register(big.asSlice(4096, 4096), MemoryRegion.REMOTE_WRITE);
        assertThrows(IllegalStateException.class, () -> right.free(big));
        right.deregister(region);
        right.free(big);
        assertThrows(IllegalArgumentException.class, () -> right.free(big));
        MemorySegment again = right.allocate(TestDomain.MEMORY_BYTES / 2, 1 << 20);
        assertEquals(big.address(), again.address());
        assertEquals(-1, again.mismatch(arena.allocate(again.byteSize())));
        right.close();
        assertThrows(IllegalStateException.class, () -> again.get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void shouldRefuseAnAddressThatALivingEndpointHas() {
        assertTrue(Refusal.of(() -> domain.open(2)).contains("end the process that has this one"));
        assertThrows(
                IllegalArgumentException.class,
                () -> SharedMemoryEndpoint.open(
                        TestDomain.config(3), () -> 0, () -> 0, "no/slash", TestDomain.MEMORY_BYTES));
    }

    @Test
    void shouldMakeOnlyThePeerWaitWhoseImmediateSlotsAreFull() {
        for (int i = 0; i < 20; i++) {
            assertEquals(Post.OK, writeImm(i, false, i));
        }
        String[] slots = new String[16];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = i + ":0";
        }
        assertTrue(TestDomain.until(() -> {
            left.doWork();
            left.poll(c -> seenLeft.add(describe(c)), 64);
            return seenLeft.size() == 16;
        }));
        assertEquals(List.of(slots), seenLeft);
        seenLeft.clear();
        assertEquals(Post.OK, write(BYTES, 100)); // the same peer, no immediate
        left.doWork();
        left.poll(c -> seenLeft.add(describe(c)), 64);
        assertEquals(List.of("100:0"), seenLeft);
        seenLeft.clear();
        try (SharedMemoryEndpoint other = domain.open(3)) {
            MemoryRegion source = other.register(arena.allocate(8), 0);
            int number = other.addPeer(right.address());
            other.writeImm(0, number, source, 0, 8, to.address(), to.key(), 99, false, 5);
            List<String> seenOther = new ArrayList<>();
            assertTrue(TestDomain.until(() -> {
                other.doWork();
                other.poll(c -> seenOther.add(describe(c)), 8);
                return !seenOther.isEmpty();
            }));
            assertEquals(List.of("5:0"), seenOther);
        }
        List<String> fired = new ArrayList<>();
        assertTrue(TestDomain.until(() -> {
            left.doWork();
            right.doWork();
            left.poll(c -> seenLeft.add(describe(c)), 64);
            right.poll(c -> fired.add(describe(c)), 3);
            return fired.size() == 21 && seenLeft.size() == 4;
        }));
        assertTrue(fired.remove("imm 99"), fired::toString); // of a writer that has closed since
        for (int i = 0; i < 20; i++) {
            assertEquals("imm " + i, fired.get(i));
        }
        assertTrue(right.counters().get(EndpointCounter.NO_RESOURCE) > 0);
    }

    @Test
    void shouldFlushFencedImmediateUntilTheErrorBeforeItWasTaken() {
        connect();
        left.write(0, peer, from, 0, 8, to.address(), to.key() + 1, 1);
        writeImm(10, true, 2);
        writeImm(11, false, 3);
        left.writeImm(1, peer, from, 0, 8, to.address(), to.key(), 12, true, 4); // another queue
        awaitLeft("1:" + CompletionStatus.BAD_KEY, "2:" + CompletionStatus.FLUSHED, "3:0", "4:0");
        writeImm(13, true, 5);
        awaitRight("imm 11", "imm 12", "imm 13");
        assertEquals(1, right.counters().get(EndpointCounter.ACCESS_ERROR));
    }

    @Test
    void shouldFlushFencedImmediateThatWaitsBehindAWaitingError() {
        // Nothing is carried out before doWork: all three wait together.
        left.write(0, peer, from, 0, 8, to.address(), to.key() + 1, 1);
        writeImm(10, true, 2);
        writeImm(11, false, 3);
        awaitLeft("1:" + CompletionStatus.BAD_KEY, "2:" + CompletionStatus.FLUSHED, "3:0");
        awaitRight("imm 11");
    }

    @Test
    void shouldEndWaitingPostsWithRegionGoneWhenTheirSourceIsDeregistered() {
        MemoryRegion source = left.register(arena.allocate(8), 0);
        left.write(0, peer, source, 0, 8, to.address(), to.key(), 1);
        left.deregister(source);
        awaitLeft("1:" + CompletionStatus.REGION_GONE);
    }

    @Test
    void shouldTellPeerGoneOnceWhenNobodyIsThere() {
        int absent = left.addPeer(TestDomain.config(9).address());
        left.write(0, absent, from, 0, 8, 1, 1, 1);
        left.write(0, absent, from, 0, 8, 1, 1, 2);
        awaitLeft(
                "1:" + CompletionStatus.PEER_GONE,
                "2:" + CompletionStatus.PEER_GONE,
                "event " + CompletionStatus.PEER_GONE);
        assertEquals(1, left.counters().get(EndpointCounter.PEERS_GONE));
    }

    @Test
    void shouldTellPeerRestartedAndReachItsNextSelfWhenTheTargetRestarts() {
        connect();
        right.close();
        right = domain.open(2);
        target = right.allocate(BYTES);
        to = right.register(target, MemoryRegion.REMOTE_WRITE);
        write(8, 1);
        awaitLeft("1:" + CompletionStatus.PEER_RESTARTED, "event " + CompletionStatus.PEER_RESTARTED);
        write(8, 2);
        awaitLeft("2:0");
        assertEquals(7, target.get(ValueLayout.JAVA_BYTE, 7));
    }

    @Test
    void shouldTellPeerRestartedAfterAllImmediatesOfItsFormerSelfWhenTheWriterRestarts() {
        SharedMemoryEndpoint writer = domain.open(3);
        sendOne(writer, 41);
        writer.close();
        writer = domain.open(3);
        sendOne(writer, 42);
        awaitRight("imm 41", "event " + CompletionStatus.PEER_RESTARTED, "imm 42");
        writer.close();
    }

    private void sendOne(SharedMemoryEndpoint writer, int immediate) {
        MemoryRegion source = writer.register(arena.allocate(8), 0);
        int number = writer.addPeer(right.address());
        writer.writeImm(0, number, source, 0, 8, to.address(), to.key(), immediate, false, 0);
        boolean[] completed = {false};
        assertTrue(TestDomain.until(() -> {
            writer.doWork();
            writer.poll(c -> completed[0] |= c.kind() == Completion.WRITE, 8);
            return completed[0];
        }));
    }

    @Test
    void shouldRefuseASegmentThatContradictsItself() {
        int[] fields = {8, 40, 44, 48, 56, 32, 24};
        for (int field : fields) {
            SharedMemoryEndpoint hostile = domain.open(4);
            try (SharedMemory block = SharedMemory.open(SharedMemoryEndpoint.path(domain.name, hostile.address()))) {
                NativeMemory.putInt(block.address() + field, -1);
                NativeMemory.putInt(block.address() + field + 4, -1);
                Link.Attempt attempt = Link.attach(block.path(), hostile.address(), TestDomain.config(1));
                assertEquals(null, attempt.link(), "field at " + field);
                assertEquals(Link.Refusal.MALFORMED, attempt.refusal(), "field at " + field);
            } finally {
                hostile.close();
            }
        }
    }

    @Test
    void shouldWriteNowhereElseWhenThePeersRegionTableLies() {
        connect();
        target.fill((byte) 0);
        try (SharedMemory block = SharedMemory.open(SharedMemoryEndpoint.path(domain.name, right.address()))) {
            SegmentLayout layout = SegmentLayout.read(block.address(), block.sizeBytes())
                    .orElseThrow()
                    .layout();
            PublishedRegions table = new PublishedRegions(block.address() + layout.regions(), layout.regionBuckets());
            long bucket = table.bucket(to.key());
            int place = PublishedRegions.find(bucket, to.key());
            assertNotEquals(PublishedRegions.NONE, place);
            long addressField = bucket + 32 + 8L * place;
            NativeMemory.putLong(addressField, 0); // all the address space
            NativeMemory.putLong(addressField + 32, Long.MAX_VALUE);
            long memory = target.address() / TestDomain.MEMORY_BYTES; // any number
            long[] wild = {
                0,
                8,
                memory,
                from.address(),
                right.address().low(),
                Long.MAX_VALUE - 8,
                block.address(),
                -8,
                Long.MIN_VALUE
            };
            for (long address : wild) {
                left.write(0, peer, from, 0, 8, address, to.key(), 1);
                awaitLeft("1:" + CompletionStatus.OUT_OF_BOUNDS);
            }
            long header = target.address() - layout.memory();
            left.write(0, peer, from, 0, 8, header, to.key(), 1); // the peer's own header
            awaitLeft("1:" + CompletionStatus.OUT_OF_BOUNDS);
            left.write(0, peer, from, 0, BYTES, header + layout.totalBytes() - 8, to.key(), 1); // the end
            awaitLeft("1:" + CompletionStatus.OUT_OF_BOUNDS);
        }
        assertEquals(-1, target.mismatch(arena.allocate(BYTES)));
    }

    @Test
    void shouldRemoveWhatAKilledProcessLeftAndNothingElse() {
        assertFalse(domain.left().isEmpty());
        SharedMemory.removeAbandoned("heliograph-direct-");
        assertEquals(2, domain.left().size());
    }

    @Test
    void shouldAllocateNothingOnTheHeapPerOperation() {
        assertEquals(0, measureAllocations());
        String printed = runProbe();
        assertEquals("0", printed.strip());
    }

    private static String runProbe() {
        try (ChildJvm child =
                ChildJvm.start(List.of(), List.of("-XX:-DoEscapeAnalysis"), SharedMemoryAllocationProbe.class)) {
            return child.finish();
        }
    }

    static long measureAllocations() {
        TestDomain domain = new TestDomain();
        try (Arena arena = Arena.ofConfined();
                SharedMemoryEndpoint one = domain.open(1);
                SharedMemoryEndpoint two = domain.open(2)) {
            MemoryRegion source = one.register(arena.allocate(64), 0);
            MemoryRegion region = two.register(two.allocate(64), MemoryRegion.REMOTE_WRITE);
            int peer = one.addPeer(two.address());
            long[] seen = new long[2];
            CompletionHandler own = c -> seen[0]++;
            CompletionHandler theirs = c -> seen[1]++;
            Runnable work = () -> {
                // 20 immediates and 16 slots: some wait.
                for (int i = 0; i < 2_000; i++) {
                    for (int k = 0; k < 20; k++) {
                        one.write(0, peer, source, 0, 64, region.address(), region.key(), k);
                        one.writeImm(0, peer, source, 0, 8, region.address(), region.key(), k, true, k);
                    }
                    long goal = seen[0] + 40;
                    while (seen[0] < goal) {
                        one.doWork();
                        two.doWork();
                        one.poll(own, 64);
                        two.poll(theirs, 64);
                    }
                }
            };
            work.run();
            long bytes = Allocations.inSteadyState(work);
            assertTrue(seen[1] > 0);
            return bytes;
        }
    }
}
