package io.heliograph.transport.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What only an endpoint over RC has, on a live RDMA device; skipped where there is none. */
class VerbsEndpointTest {
    private static final int BYTES = 1 << 16;

    private record Seen(int kind, int status, long cookie, int immediate, long lengthBytes) {}

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment source = arena.allocate(BYTES, 64);
    private final MemorySegment target = arena.allocate(BYTES, 64);
    private final List<Seen> seenLeft = new ArrayList<>();
    private final List<Seen> seenRight = new ArrayList<>();
    private RdmaPair pair;
    private MemoryRegion from;
    private MemoryRegion to;
    private int peer;

    @BeforeEach
    void open() {
        pair = new RdmaPair();
        source.fill((byte) 0x5a);
        from = pair.left.register(source, 0);
        to = pair.right.register(target, MemoryRegion.REMOTE_WRITE);
        peer = pair.left.addPeer(pair.right.address());
    }

    @AfterEach
    void close() {
        if (pair != null) {
            pair.close();
        }
        arena.close();
    }

    private static Seen seen(Completion c) {
        return new Seen(c.kind(), c.status(), c.cookie(), c.immediate(), c.lengthBytes());
    }

    private void runUntil(BooleanSupplier done) {
        boolean came = pair.runUntil(() -> {
            pair.left.poll(c -> seenLeft.add(seen(c)), 64);
            pair.right.poll(c -> seenRight.add(seen(c)), 64);
            return done.getAsBoolean();
        });
        assertTrue(came, () -> "left saw " + seenLeft + ", right saw " + seenRight);
    }

    private void write(int key, long cookie) {
        assertEquals(Post.OK, pair.left.write(0, peer, from, 0, 64, to.address(), key, cookie));
    }

    private List<Integer> statusesByCookie(int count) {
        List<Integer> statuses = new ArrayList<>();
        for (long cookie = 0; cookie < count; cookie++) {
            for (Seen one : seenLeft) {
                if (one.kind() == Completion.WRITE && one.cookie() == cookie) {
                    statuses.add(one.status());
                }
            }
        }
        return statuses;
    }

    @Test
    void shouldFailOneMessageAloneWhenItIsRefusedAmongOthers() {
        write(to.key(), 0);
        write(to.key() + 1, 1);
        write(to.key(), 2);
        pair.left.writeImm(0, peer, from, 0, 64, to.address(), to.key(), 7, true, 3);
        pair.left.writeImm(0, peer, from, 0, 64, to.address(), to.key(), 8, false, 4);
        write(to.key(), 5);
        runUntil(() -> seenLeft.size() == 6 && !seenRight.isEmpty());
        assertEquals(
                List.of(
                        CompletionStatus.SUCCESS,
                        CompletionStatus.BAD_KEY,
                        CompletionStatus.SUCCESS,
                        CompletionStatus.FLUSHED,
                        CompletionStatus.SUCCESS,
                        CompletionStatus.SUCCESS),
                statusesByCookie(6));
        assertEquals(List.of(new Seen(Completion.IMMEDIATE, 0, 0, 8, 64)), seenRight, "what is fenced does not fire");
        assertEquals(1, pair.right.counters().get(EndpointCounter.ACCESS_ERROR));
    }

    @Test
    void shouldTellTheWholeLengthWhenAMessageIsLongerThanARequest() {
        long length = 2 * Requests.SEGMENT_BYTES + 12_345;
        MemorySegment much = arena.allocate(length, 64);
        MemorySegment room = arena.allocate(length, 64);
        for (long i = 0; i < length; i += 4096) {
            much.set(ValueLayout.JAVA_LONG_UNALIGNED, Math.min(i, length - 8), i * 0x9E37L + 1);
        }
        MemoryRegion big = pair.left.register(much, 0);
        MemoryRegion bigTarget = pair.right.register(room, MemoryRegion.REMOTE_WRITE);
        pair.left.writeImm(0, peer, big, 0, length, bigTarget.address(), bigTarget.key(), 3, false, 1);
        pair.left.writeImm(0, peer, from, 0, 10, to.address(), to.key(), 4, false, 2);
        runUntil(() -> seenRight.size() == 2 && seenLeft.size() == 2);
        assertEquals(
                List.of(new Seen(Completion.IMMEDIATE, 0, 0, 3, length), new Seen(Completion.IMMEDIATE, 0, 0, 4, 10)),
                seenRight);
        assertEquals(-1, much.mismatch(room));
    }

    @Test
    void shouldEndPostsWhenTheirSourceWasDeregistered() {
        MemoryRegion other = pair.left.register(source.asSlice(0, 128), 0);
        assertNotEquals(from.key(), other.key());
        write(to.key(), 0);
        assertEquals(Post.OK, pair.left.write(0, peer, other, 0, 64, to.address(), to.key(), 1));
        pair.left.deregister(other);
        write(to.key(), 2);
        runUntil(() -> seenLeft.size() == 3);
        assertEquals(
                List.of(CompletionStatus.SUCCESS, CompletionStatus.REGION_GONE, CompletionStatus.SUCCESS),
                statusesByCookie(3));
    }

    @Test
    void shouldTellAndGoOnWhenThePeerBeganAnew() {
        write(to.key(), 0);
        runUntil(() -> seenLeft.size() == 1);
        pair.right.close();
        pair.right = pair.openRight();
        target.fill((byte) 0);
        to = pair.right.register(target, MemoryRegion.REMOTE_WRITE);
        write(to.key(), 1);
        runUntil(() -> seenLeft.size() == 3);
        assertTrue(
                seenLeft.contains(new Seen(Completion.PEER_EVENT, CompletionStatus.PEER_RESTARTED, 0, 0, 0)),
                seenLeft::toString);
        int status = statusesByCookie(2).getLast();
        // The endpoint may not have noticed the end of the former one before it posted.
        assertTrue(status == CompletionStatus.SUCCESS || status == CompletionStatus.PEER_RESTARTED, seenLeft::toString);
        write(to.key(), 2);
        runUntil(() -> seenLeft.size() == 4);
        assertEquals(CompletionStatus.SUCCESS, statusesByCookie(3).getLast());
        assertEquals(-1, source.asSlice(0, 64).mismatch(target.asSlice(0, 64)));
    }

    @Test
    void shouldSayThatThePeerIsGoneWhenNobodyAnswers() {
        pair.right.close();
        write(to.key(), 0);
        write(to.key(), 1);
        runUntil(() -> seenLeft.size() == 3);
        assertEquals(List.of(CompletionStatus.PEER_GONE, CompletionStatus.PEER_GONE), statusesByCookie(2));
        assertTrue(seenLeft.contains(new Seen(Completion.PEER_EVENT, CompletionStatus.PEER_GONE, 0, 0, 0)));
        pair.right = pair.openRight();
        to = pair.right.register(target, MemoryRegion.REMOTE_WRITE);
        write(to.key(), 2);
        runUntil(() -> seenLeft.size() == 4);
        assertEquals(CompletionStatus.SUCCESS, statusesByCookie(3).getLast());
    }

    @Test
    void shouldWriteBothWaysAndThroughAllQueues() {
        MemoryRegion back = pair.left.register(arena.allocate(BYTES, 64), MemoryRegion.REMOTE_WRITE);
        int other = pair.right.addPeer(pair.left.address());
        for (int queue = 0; queue < 4; queue++) {
            pair.left.writeImm(queue, peer, from, 0, 64, to.address(), to.key(), queue, false, queue);
            pair.right.writeImm(queue, other, to, 0, 64, back.address(), back.key(), queue, false, queue);
        }
        runUntil(() -> seenLeft.size() == 8 && seenRight.size() == 8);
        for (int queue = 0; queue < 4; queue++) {
            assertTrue(seenLeft.contains(new Seen(Completion.IMMEDIATE, 0, 0, queue, 64)), seenLeft::toString);
            assertTrue(seenRight.contains(new Seen(Completion.IMMEDIATE, 0, 0, queue, 64)), seenRight::toString);
        }
        assertEquals(4, pair.left.counters().get(EndpointCounter.RELATIONS));
    }

    @Test
    void shouldGoOnWhenAStrangerTalksNonsense() throws IOException {
        InetSocketAddress address =
                new InetSocketAddress(Sockets.inetAddress(pair.right.address()), EndpointConfig.ROCE_V2_PORT);
        try (Socket socket = new Socket()) {
            socket.connect(address);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[Hello.BYTES]);
            assertEquals(-1, socket.getInputStream().read(), "it hangs up");
        }
        write(to.key(), 0);
        runUntil(() -> seenLeft.size() == 1);
        assertEquals(List.of(CompletionStatus.SUCCESS), statusesByCookie(1));
    }

    @Test
    void shouldWaitUntilTheDeviceCompletesSomethingOrTimeIsUp() {
        write(to.key(), 0);
        runUntil(() -> seenLeft.size() == 1);
        Clock clock = SystemClock.INSTANCE;
        long startNs = clock.nowNs();
        pair.left.awaitCompletion(50);
        assertTrue(clock.nowNs() - startNs >= TimeUnit.MILLISECONDS.toNanos(50), "nothing completes");

        pair.left.writeImm(0, peer, from, 0, BYTES, to.address(), to.key(), 9, false, 1);
        pair.left.doWork();
        startNs = clock.nowNs();
        while (pair.left.poll(c -> seenLeft.add(seen(c)), 64) == 0) {
            pair.left.awaitCompletion(60_000);
        }
        while (pair.right.poll(c -> seenRight.add(seen(c)), 64) == 0) {
            pair.right.awaitCompletion(60_000);
        }
        assertTrue(clock.nowNs() - startNs < TimeUnit.SECONDS.toNanos(30), "an event ends the wait, not its time");
        assertEquals(List.of(CompletionStatus.SUCCESS, CompletionStatus.SUCCESS), statusesByCookie(2));
        assertEquals(List.of(new Seen(Completion.IMMEDIATE, 0, 0, 9, BYTES)), seenRight);
    }

    @Test
    void shouldHandOverFewAtOnceWhenMessagesAreLarge() {
        write(to.key(), 0);
        runUntil(() -> seenLeft.size() == 1);
        int lengthBytes = 48 << 10;
        for (int cookie = 1; cookie <= 4; cookie++) {
            assertEquals(Post.OK, pair.left.write(0, peer, from, 0, lengthBytes, to.address(), to.key(), cookie));
        }
        for (int cookie = 5; cookie <= 8; cookie++) {
            write(to.key(), cookie);
        }
        long before = pair.left.counters().get(EndpointCounter.DATA_SENT);
        pair.left.doWork();
        assertEquals(2, pair.left.counters().get(EndpointCounter.DATA_SENT) - before, "as many as move 64 KiB");
        pair.left.doWork();
        pair.left.doWork();
        assertEquals(8, pair.left.counters().get(EndpointCounter.DATA_SENT) - before, "small ones go together");
        runUntil(() -> seenLeft.size() == 9);
        assertEquals(Collections.nCopies(9, CompletionStatus.SUCCESS), statusesByCookie(9));
    }

    @Test
    void shouldAllocateNothingWhenMessagesPass() {
        CompletionHandler count = _ -> arrived++;
        BooleanSupplier both = () -> {
            pair.left.poll(count, 64);
            pair.right.poll(count, 64);
            return arrived >= 2;
        };
        long bytes = Allocations.inSteadyState(() -> {
            for (int i = 0; i < 200; i++) {
                arrived = 0;
                pair.left.writeImm(0, peer, from, 0, 64, to.address(), to.key(), i, false, i);
                pair.runUntil(both);
            }
        });
        assertEquals(0, bytes);
    }

    private int arrived;
}
