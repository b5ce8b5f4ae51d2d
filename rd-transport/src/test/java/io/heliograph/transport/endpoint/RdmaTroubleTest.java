package io.heliograph.transport.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Refusal;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.EmulatedRdma;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.port.Ports;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What endpoints over RDMA devices do when the link loses packets or is cut, or a device goes; only in scripts/verbs-vm. */
public abstract class RdmaTroubleTest {
    private static final int MESSAGES = 150;
    private static final int BYTES = 8192;
    private static final int LOSS_PERCENT = 3;
    private static final int DEPTH = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment source = arena.allocate((long) MESSAGES * BYTES, 64);
    private final List<Integer> written = new ArrayList<>();
    private final List<Integer> events = new ArrayList<>();
    private final List<Integer> fired = new ArrayList<>();
    private MemorySegment target = MemorySegment.NULL;
    private EndpointContractTest.Pair pair;
    private Endpoint left;
    private Endpoint right;
    private MemoryRegion from;
    private MemoryRegion to;
    private int peer;
    private int posted;
    private boolean rightOpen = true;

    /** Opens two fresh endpoints, on rxe0 and rxe1. */
    protected abstract EndpointContractTest.Pair openPair();

    /** Closes the right endpoint and all that it has open of its device, and lets the left one go on. */
    protected abstract void closeRight();

    @BeforeEach
    void open() {
        EmulatedRdma.assumeHere();
        pair = openPair();
        left = pair.left();
        right = pair.right();
        target = pair.targetMemory().allocate(source.byteSize(), 64);
        SeededRandom random = new SeededRandom(3);
        for (long i = 0; i < source.byteSize(); i += Long.BYTES) {
            source.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        from = left.register(source, 0);
        to = right.register(target, MemoryRegion.REMOTE_WRITE);
        peer = left.addPeer(right.address());
    }

    @AfterEach
    void close() {
        if (pair != null) {
            pair.close();
        }
        arena.close();
    }

    /** Posts the next message, to its own place, if there is room. */
    private boolean post() {
        long offset = (long) (posted % MESSAGES) * BYTES;
        int code = left.writeImm(0, peer, from, offset, BYTES, to.address() + offset, to.key(), posted, false, posted);
        posted += code == Post.OK ? 1 : 0;
        assertTrue(code == Post.OK || code == Post.RING_FULL, () -> Post.describe(code));
        return code == Post.OK;
    }

    private void poll() {
        left.poll(c -> (c.kind() == Completion.WRITE ? written : events).add(c.status()), 64);
        if (rightOpen) {
            right.poll(
                    c -> {
                        if (c.kind() == Completion.IMMEDIATE) {
                            fired.add(c.immediate());
                        }
                    },
                    64);
        }
    }

    private String seen() {
        return "posted=" + posted + " written=" + written.size() + ", the last "
                + written.subList(Math.max(0, written.size() - DEPTH), written.size()) + " events=" + events + " fired="
                + fired.size();
    }

    /** Keeps {@code DEPTH} messages under way until {@code total} were posted and all have ended. */
    private void write(int total) {
        boolean ended = pair.runUntil(() -> {
            while (posted < total && posted - written.size() < DEPTH && post()) {
                // as many as there is room for
            }
            poll();
            return written.size() == total;
        });
        assertTrue(ended, this::seen);
    }

    @Test
    void shouldPlaceEveryByteAndFireOnceWhenTheLinkLosesPackets() {
        EmulatedRdma.lose(LOSS_PERCENT);
        long lost;
        try {
            write(MESSAGES);
            boolean fires = pair.runUntil(() -> {
                poll();
                return fired.size() >= MESSAGES;
            });
            assertTrue(fires, this::seen);
            lost = EmulatedRdma.lost();
        } finally {
            EmulatedRdma.loseNone();
        }
        assertTrue(lost > 0, "nothing was lost, so nothing was shown");
        assertEquals(Set.of(CompletionStatus.SUCCESS), new HashSet<>(written));
        assertEquals(MESSAGES, fired.size());
        assertEquals(MESSAGES, new HashSet<>(fired).size());
        assertEquals(-1, source.mismatch(target));
        assertEquals(List.of(), events);
    }

    /** How posts may end over a link that carries nothing. */
    Set<Integer> broken() {
        return Set.of(CompletionStatus.PEER_GONE);
    }

    @Test
    void shouldSayThatThePeerIsGoneWhenTheLinkIsCutAndGoOnWhenItIsBack() {
        write(1);
        EmulatedRdma.lose(100);
        try {
            write(3);
        } finally {
            EmulatedRdma.loseNone();
        }
        assertEquals(CompletionStatus.SUCCESS, written.getFirst(), this::seen);
        assertEquals(3, written.size(), this::seen);
        assertTrue(broken().containsAll(written.subList(1, 3)), this::seen);
        boolean told = pair.runUntil(() -> {
            poll();
            return !events.isEmpty();
        });
        assertTrue(told, this::seen);
        assertEquals(CompletionStatus.PEER_GONE, events.getFirst());
        write(4);
        assertEquals(CompletionStatus.SUCCESS, written.getLast(), this::seen);
        assertEquals(-1, source.asSlice(3L * BYTES, BYTES).mismatch(target.asSlice(3L * BYTES, BYTES)));
    }

    /** Soft-RoCE's device goes once nobody has it open any more, and serves those who do until then; a NIC goes at once. */
    @Test
    void shouldEndEveryPostAndCloseWhenADeviceIsRemovedUnderTraffic() {
        endEveryPostAndClose(this::assertNothingArrivesOnceTheDeviceHasGone, "rdma", "link", "delete", "rxe1");
    }

    private void assertNothingArrivesOnceTheDeviceHasGone(Process removing) {
        rightOpen = false;
        closeRight();
        EmulatedRdma.finish(removing);
        assertFalse(EmulatedRdma.isThere("rxe1"));
        int before = written.size();
        write(posted + 3);
        Set<Integer> since = new HashSet<>(written.subList(before, written.size()));
        assertTrue(broken().containsAll(since), this::seen);
    }

    /** Takes both devices along: sends fail from then on. */
    @Test
    void shouldEndEveryPostAndCloseWhenTheNetworkInterfaceIsRemovedUnderTraffic() {
        endEveryPostAndClose(
                _ -> {
                    int before = written.size();
                    write(posted + 3);
                    Set<Integer> since = new HashSet<>(written.subList(before, written.size()));
                    assertTrue(broken().containsAll(since), this::seen);
                },
                "ip",
                "link",
                "delete",
                "veth1");
        assertTrue(broken().contains(written.getLast()), this::seen);
    }

    /** With {@code afterwards} once every post has ended, the device's file has gone, and neither end is closed. */
    private void endEveryPostAndClose(Consumer<Process> afterwards, String... removal) {
        write(50);
        assertEquals(Set.of(CompletionStatus.SUCCESS), new HashSet<>(written), this::seen);
        int devices = EmulatedRdma.devices();
        Process removing = EmulatedRdma.start(removal);
        try {
            int[] most = {Integer.MAX_VALUE};
            boolean ended = pair.runUntil(() -> {
                if (most[0] == Integer.MAX_VALUE && EmulatedRdma.devices() < devices) {
                    most[0] = posted + 50;
                }
                boolean stops = posted >= most[0] || written.contains(CompletionStatus.PEER_GONE);
                while (!stops && posted - written.size() < DEPTH && post()) {
                    // as many as there is room for
                }
                poll();
                return stops && posted == written.size();
            });
            assertTrue(ended, this::seen);
            Set<Integer> statuses = new HashSet<>(written);
            statuses.remove(CompletionStatus.SUCCESS);
            statuses.removeAll(broken());
            assertEquals(Set.of(), statuses, this::seen);
            assertTrue(EmulatedRdma.awaitFewerThan(devices), "no device can be opened less: " + EmulatedRdma.devices());
            afterwards.accept(removing);
            pair.close();
            EmulatedRdma.finish(removing);
            String refusal = Refusal.of(() -> Ports.open(PortSpec.parse("verbs:rxe1"), 1000));
            assertTrue(refusal.contains("RDMA device"), refusal);
        } finally {
            pair.close();
            EmulatedRdma.repair();
        }
    }
}
