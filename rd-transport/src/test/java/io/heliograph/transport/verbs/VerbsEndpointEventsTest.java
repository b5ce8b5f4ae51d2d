package io.heliograph.transport.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.verbs.AsyncEvent;
import io.heliograph.bindings.verbs.Verbs;
import io.heliograph.bindings.verbs.VerbsContext;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.port.EmulatedRdma;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What endpoints over RDMA devices make of what a device reports by itself; on live devices, skipped where there are none. */
class VerbsEndpointEventsTest {
    private static final int BYTES = 4096;
    private static final int DEPTH = 16;
    private static final int CQ_ERR = 0;
    private static final int QP_FATAL = 1;
    private static final int COMM_EST = 4;
    private static final int DEVICE_FATAL = 8;
    private static final int EVENT_MS = 60_000;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment source = arena.allocate(BYTES, 64);
    private final MemorySegment target = arena.allocate(BYTES, 64);
    private final List<Integer> written = new ArrayList<>();
    private final List<Integer> writtenBack = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();
    /** What the left device says beside what it really says. */
    private final Queue<AsyncEvent> invented = new ConcurrentLinkedQueue<>();

    private RdmaPair pair;
    private MemoryRegion from;
    private MemoryRegion to;
    private int peer;
    private int posted;

    @BeforeEach
    void open() {
        pair = new RdmaPair(real -> () -> {
            AsyncEvent one = invented.poll();
            return one == null ? real.next() : one;
        });
        source.fill((byte) 0x5a);
        from = pair.left.register(source, MemoryRegion.REMOTE_WRITE);
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

    private static void poll(Endpoint endpoint, List<Integer> writes, List<Integer> events) {
        endpoint.poll(
                c -> {
                    if (c.kind() != Completion.IMMEDIATE) {
                        (c.kind() == Completion.WRITE ? writes : events).add(c.status());
                    }
                },
                64);
    }

    private void runUntil(BooleanSupplier done) {
        boolean came = pair.runUntil(() -> {
            poll(pair.left, written, events);
            poll(pair.right, writtenBack, new ArrayList<>());
            return done.getAsBoolean();
        });
        assertTrue(
                came, () -> "posted=" + posted + " written=" + written + " back=" + writtenBack + " events=" + events);
    }

    private void post() {
        assertEquals(Post.OK, pair.left.writeImm(0, peer, from, 0, 64, to.address(), to.key(), posted, false, posted));
        posted++;
    }

    /** Posts and lets all end. */
    private void write(int count) {
        for (int i = 0; i < count; i++) {
            post();
        }
        runUntil(() -> written.size() == posted);
    }

    @ParameterizedTest
    @ValueSource(ints = {DEVICE_FATAL, CQ_ERR})
    void shouldEndEveryPostWhenTheDeviceReportsItsEnd(int type) {
        write(DEPTH);
        assertEquals(Set.of(CompletionStatus.SUCCESS), new HashSet<>(written));
        assertEquals(LinkState.UP, pair.left.linkState());
        int other = pair.right.addPeer(pair.left.address());
        // Events of no consequence come first, more than could be taken one at each look: all that wait are.
        for (int i = 0; i < 2_000; i++) {
            invented.add(new AsyncEvent(COMM_EST, "communication established", 0));
        }
        invented.add(new AsyncEvent(type, "invented", 0));
        runUntil(() -> {
            if (events.isEmpty() && posted - written.size() < DEPTH) {
                post();
            }
            return events.contains(CompletionStatus.PEER_GONE) && written.size() == posted;
        });
        Set<Integer> since = new HashSet<>(written);
        since.remove(CompletionStatus.SUCCESS);
        assertEquals(Set.of(CompletionStatus.PEER_GONE), since);
        assertEquals(LinkState.DOWN, pair.left.linkState());
        int before = written.size();
        write(DEPTH);
        assertEquals(
                Set.of(CompletionStatus.PEER_GONE), new HashSet<>(written.subList(before, written.size())), "for good");
        pair.left.awaitCompletion(60_000); // returns at once: nothing will ever complete

        // Peers are not left waiting for a node that takes nothing any more.
        assertEquals(Post.OK, pair.right.write(0, other, to, 0, 64, from.address(), from.key(), 1));
        runUntil(() -> !writtenBack.isEmpty());
        assertEquals(List.of(CompletionStatus.PEER_GONE), writtenBack);
    }

    @Test
    void shouldMakeAnotherQueuePairWhenOneFailsByItself() {
        write(1);
        long address = pair.left.queuePairAddress(peer, 0);
        invented.add(new AsyncEvent(QP_FATAL, "of nobody", address + 1));
        invented.add(new AsyncEvent(QP_FATAL, "invented", address));
        boolean[] left = {false};
        runUntil(() -> {
            left[0] |= pair.left.queuePairAddress(peer, 0) != address;
            if (!left[0] && posted - written.size() < 2) {
                post();
            }
            return left[0] && written.size() == posted;
        });
        int before = written.size();
        write(4);
        assertEquals(
                List.of(
                        CompletionStatus.SUCCESS,
                        CompletionStatus.SUCCESS,
                        CompletionStatus.SUCCESS,
                        CompletionStatus.SUCCESS),
                written.subList(before, written.size()));
        assertEquals(LinkState.UP, pair.left.linkState());
    }

    @Test
    void shouldTellOfALinkThatGoesDownAndComesBack() {
        EmulatedRdma.assumeHere();
        write(1);
        try (VerbsContext context = Verbs.load().open("rxe0");
                Port port = Ports.open(PortSpec.parse("verbs:rxe0"), 1000)) {
            assertEquals(LinkState.UP, port.linkState());
            EmulatedRdma.setLink("veth0", "down");
            assertEquals(1, await(context, AsyncEvent::isPortDown).port());
            runUntil(() -> pair.left.linkState() == LinkState.DOWN && port.linkState() == LinkState.DOWN);
            EmulatedRdma.setLink("veth0", "up");
            assertEquals(1, await(context, AsyncEvent::isPortUp).port());
            runUntil(() -> pair.left.linkState() == LinkState.UP && port.linkState() == LinkState.UP);
        } finally {
            EmulatedRdma.setLink("veth0", "up");
            EmulatedRdma.repair();
        }
        write(1);
        runUntil(() -> {
            if (posted == written.size() && written.getLast() != CompletionStatus.SUCCESS) {
                post();
            }
            return posted == written.size() && written.getLast() == CompletionStatus.SUCCESS;
        });
    }

    /** The next event of a kind, past others: addresses come and go with the link. */
    private static AsyncEvent await(VerbsContext context, Predicate<AsyncEvent> kind) {
        while (true) {
            AsyncEvent event = context.awaitEvent(EVENT_MS);
            assertNotNull(event, "no such event");
            if (kind.test(event)) {
                return event;
            }
        }
    }
}
