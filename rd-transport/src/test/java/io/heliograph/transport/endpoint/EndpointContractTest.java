package io.heliograph.transport.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Endpoint} promises, whatever carries its WRITEs; a subclass says how to open two that reach each other, and where
 * memory comes from that peers may write to.
 */
public abstract class EndpointContractTest {
    /** Two endpoints that reach each other, and a way to let both work. */
    public interface Pair extends AutoCloseable {
        Endpoint left();

        Endpoint right();

        /** Allocates memory that {@link #right} may let peers write to; it lives until both are closed. */
        SegmentAllocator targetMemory();

        /** Lets both endpoints work until {@code done}; returns whether that came within a bounded time. */
        boolean runUntil(BooleanSupplier done);

        /** The least that both must offer; tests that exhaust it post more. */
        int submissionEntries();

        @Override
        void close();
    }

    private record Seen(int kind, int status, int peer, int queue, long cookie, int immediate, long lengthBytes) {}

    private static final int MEMORY_BYTES = 1 << 20;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment source = arena.allocate(MEMORY_BYTES, 64);
    private final MemorySegment nothing = arena.allocate(MEMORY_BYTES, 64);
    private final List<Seen> seenLeft = new ArrayList<>();
    private final List<Seen> seenRight = new ArrayList<>();
    private MemorySegment target = MemorySegment.NULL;
    private Pair pair;
    private Endpoint left;
    private Endpoint right;
    private MemoryRegion from;
    private MemoryRegion to;
    private int peer;

    /** Opens two fresh endpoints. */
    protected abstract Pair open();

    @BeforeEach
    void openPair() {
        pair = open();
        left = pair.left();
        right = pair.right();
        target = pair.targetMemory().allocate(MEMORY_BYTES, 64);
        for (int i = 0; i < MEMORY_BYTES; i += 4) {
            source.set(ValueLayout.JAVA_INT, i, i * 0x9E3779B1);
        }
        from = left.register(source, 0);
        to = right.register(target, MemoryRegion.REMOTE_WRITE);
        peer = left.addPeer(right.address());
    }

    @AfterEach
    void closePair() {
        if (pair != null) { // it is not there where opening it skipped the test
            pair.close();
        }
        arena.close();
    }

    private int write(long offset, long length, long cookie) {
        return left.write(0, peer, from, offset, length, to.address() + offset, to.key(), cookie);
    }

    private int writeImm(long offset, long length, int immediate, boolean fenced, long cookie) {
        return left.writeImm(0, peer, from, offset, length, to.address() + offset, to.key(), immediate, fenced, cookie);
    }

    private void runUntil(BooleanSupplier done) {
        assertTrue(
                pair.runUntil(() -> {
                    poll();
                    return done.getAsBoolean();
                }),
                () -> "left saw " + seenLeft + ", right saw " + seenRight);
    }

    private void poll() {
        left.poll(c -> seenLeft.add(seen(c)), 64);
        right.poll(c -> seenRight.add(seen(c)), 64);
    }

    private static Seen seen(Completion c) {
        return new Seen(c.kind(), c.status(), c.peer(), c.queue(), c.cookie(), c.immediate(), c.lengthBytes());
    }

    private void assertPlaced(long offset, long length) {
        assertEquals(-1, source.asSlice(offset, length).mismatch(target.asSlice(offset, length)));
    }

    @Test
    void shouldPlaceBytesAndCompleteWhenWritten() {
        for (int length : new int[] {1, 3, 4, 64, 1416, 1417, 5000, 300_000, MEMORY_BYTES}) {
            target.fill((byte) 0);
            assertEquals(Post.OK, write(0, length, length));
            runUntil(() -> !seenLeft.isEmpty());
            assertEquals(
                    new Seen(Completion.WRITE, CompletionStatus.SUCCESS, peer, 0, length, 0, length),
                    seenLeft.removeFirst());
            assertPlaced(0, length);
            assertEquals(-1, target.asSlice(length).mismatch(nothing.asSlice(length)), "bytes behind the range");
        }
        assertTrue(seenRight.isEmpty(), "a plain WRITE is silent at the target");
    }

    @Test
    void shouldWriteNothingButCompleteWhenLengthIsZero() {
        assertEquals(Post.OK, write(MEMORY_BYTES, 0, 5));
        runUntil(() -> !seenLeft.isEmpty());
        assertEquals(new Seen(Completion.WRITE, CompletionStatus.SUCCESS, peer, 0, 5, 0, 0), seenLeft.getFirst());
    }

    @Test
    void shouldTellImmediateOnceAfterItsBytesWhenWrittenWithImmediate() {
        assertEquals(Post.OK, writeImm(100, 20_000, 0xCAFE_BABE, false, 9));
        runUntil(() -> !seenRight.isEmpty());
        assertPlaced(100, 20_000);
        Seen immediate = seenRight.getFirst();
        assertEquals(Completion.IMMEDIATE, immediate.kind());
        assertEquals(0xCAFE_BABE, immediate.immediate());
        assertEquals(20_000, immediate.lengthBytes());
        assertEquals(left.address(), right.peerAddress(immediate.peer()));
        runUntil(() -> !seenLeft.isEmpty());
        assertEquals(9, seenLeft.getFirst().cookie());
        assertEquals(1, seenRight.size());
    }

    @Test
    void shouldTellFencedImmediateAfterAllEarlierBytes() {
        assertEquals(Post.OK, write(0, 500_000, 1));
        assertEquals(Post.OK, writeImm(500_000, 0, 77, true, 2));
        runUntil(() -> !seenRight.isEmpty());
        assertPlaced(0, 500_000);
    }

    @Test
    void shouldFailWithoutTouchingMemoryWhenKeyOrRangeIsWrong() {
        left.write(0, peer, from, 0, 5000, to.address(), to.key() + 1, 1);
        runUntil(() -> !seenLeft.isEmpty());
        left.write(0, peer, from, 0, 5000, to.address() + MEMORY_BYTES - 4999, to.key(), 2);
        runUntil(() -> seenLeft.size() == 2);
        left.write(0, peer, from, 0, 100, to.address() - 1, to.key(), 3);
        runUntil(() -> seenLeft.size() == 3);
        MemorySegment other = arena.allocate(4096, 64);
        MemoryRegion closed = right.register(other, 0);
        left.write(0, peer, from, 0, 100, closed.address(), closed.key(), 4);
        runUntil(() -> seenLeft.size() == 4);
        assertEquals(CompletionStatus.BAD_KEY, seenLeft.get(0).status());
        assertEquals(CompletionStatus.OUT_OF_BOUNDS, seenLeft.get(1).status());
        assertEquals(CompletionStatus.OUT_OF_BOUNDS, seenLeft.get(2).status());
        assertEquals(CompletionStatus.NO_PERMISSION, seenLeft.get(3).status());
        assertEquals(-1, other.mismatch(nothing.asSlice(0, 4096)));
        assertEquals(Post.OK, write(0, 100, 5));
        runUntil(() -> seenLeft.size() == 5);
        assertEquals(CompletionStatus.SUCCESS, seenLeft.get(4).status());
    }

    @Test
    void shouldRefusePostWithCodeWhenItCannotBe() {
        assertEquals(Post.UNKNOWN_PEER, left.write(0, 99, from, 0, 1, to.address(), to.key(), 0));
        assertEquals(Post.UNKNOWN_PEER, left.write(0, -1, from, 0, 1, to.address(), to.key(), 0));
        assertEquals(Post.UNKNOWN_QUEUE, left.write(-1, peer, from, 0, 1, to.address(), to.key(), 0));
        assertEquals(Post.UNKNOWN_QUEUE, left.write(1 << 16, peer, from, 0, 1, to.address(), to.key(), 0));
        assertEquals(Post.BAD_SOURCE, write(-1, 1, 0));
        assertEquals(Post.BAD_SOURCE, write(MEMORY_BYTES, 1, 0));
        assertEquals(Post.BAD_SOURCE, write(1, Long.MAX_VALUE, 0));
        assertEquals(Post.BAD_SOURCE, left.write(0, peer, to, 0, 1, to.address(), to.key(), 0));
        int posted = 0;
        while (write(0, 8, posted) == Post.OK) {
            posted++;
        }
        assertEquals(pair.submissionEntries(), posted);
        assertEquals(Post.RING_FULL, write(0, 8, 0));
        int expected = posted;
        runUntil(() -> seenLeft.size() == expected);
        assertEquals(Post.OK, write(0, 8, 1));
        runUntil(() -> seenLeft.size() == expected + 1);
    }

    @Test
    void shouldNotLoseImmediatesWhenNobodyPolls() {
        int total = 5000;
        int[] posted = {0};
        List<Integer> fired = new ArrayList<>();
        boolean ended = pair.runUntil(() -> {
            while (posted[0] < total && writeImm(posted[0] * 8L, 8, posted[0], false, 0) == Post.OK) {
                posted[0]++;
            }
            left.poll(c -> assertEquals(CompletionStatus.SUCCESS, c.status()), 64);
            right.poll(c -> fired.add(c.immediate()), 1);
            return fired.size() == total;
        });
        assertTrue(ended, () -> fired.size() + " of " + posted[0]);
        assertEquals(total, fired.stream().distinct().count());
    }

    /** What those do that can read is their own tests'. */
    @Test
    void shouldSayThatItCannotReadMemoryOfPeersUnlessItKnowsRegionsToRead() {
        long refused = left.beginRead(peer, to.address(), 8, to.key());
        if (refused == Post.NOT_MAPPED) {
            MemorySegment other = target.asSlice(0, 8);
            assertThrows(IllegalArgumentException.class, () -> left.register(other, MemoryRegion.REMOTE_READ));
            assertThrows(IllegalStateException.class, left::endRead);
        } else {
            assertEquals(Post.NOT_ATTACHED, refused);
        }
    }

    @Test
    void shouldRejectMemoryThatPeersCannotReach() {
        assertThrows(IllegalArgumentException.class, () -> right.register(MemorySegment.ofArray(new byte[8]), 0));
        assertThrows(IllegalArgumentException.class, () -> right.register(target.asSlice(0, 0), 0));
        assertThrows(
                IllegalArgumentException.class, () -> right.register(target.asSlice(8, 8), MemoryRegion.REMOTE_WRITE));
        assertThrows(IllegalArgumentException.class, () -> right.register(target, 64));
        MemoryRegion readOnly = right.register(target.asSlice(8, 8), 0);
        assertNotEquals(to.key(), readOnly.key());
        right.deregister(readOnly);
        assertThrows(IllegalArgumentException.class, () -> right.deregister(readOnly));
    }

    @Test
    void shouldNotTouchMemoryWhenDeregistered() {
        assertEquals(Post.OK, write(0, 8, 1));
        runUntil(() -> seenLeft.size() == 1);
        right.deregister(to);
        target.fill((byte) 1);
        assertEquals(Post.OK, write(0, 100_000, 2));
        runUntil(() -> seenLeft.size() == 2);
        assertEquals(CompletionStatus.BAD_KEY, seenLeft.get(1).status());
        for (long i = 0; i < MEMORY_BYTES; i++) {
            assertEquals(1, target.get(ValueLayout.JAVA_BYTE, i));
        }
    }

    @Test
    void shouldNumberPeersByAddress() {
        assertEquals(peer, left.addPeer(right.address()));
        IpAddress another = IpAddress.parse(left.address().isIpv4() ? "198.18.9.9" : "fd00::9:9");
        int number = left.addPeer(another);
        assertNotEquals(peer, number);
        assertEquals(another, left.peerAddress(number));
        IpAddress foreign = IpAddress.parse(left.address().isIpv4() ? "fd00::1" : "198.18.0.9");
        assertThrows(IllegalArgumentException.class, () -> left.addPeer(foreign));
    }

    /** Whether a node hears of WRITEs without an immediate into its memory, so that it counts them. */
    protected boolean countsSilentWrites() {
        return true;
    }

    @Test
    void shouldCountWhatItPlaced() {
        assertEquals(Post.OK, countsSilentWrites() ? write(0, 100_000, 1) : writeImm(0, 100_000, 1, false, 1));
        runUntil(() -> !seenLeft.isEmpty() && (countsSilentWrites() || !seenRight.isEmpty()));
        assertTrue(left.counters().get(EndpointCounter.PAYLOAD_BYTES_SENT) >= 100_000);
        assertEquals(100_000, right.counters().get(EndpointCounter.PAYLOAD_BYTES_PLACED));
    }

    @Test
    void shouldCloseTwice() {
        left.close();
        left.close();
    }
}
