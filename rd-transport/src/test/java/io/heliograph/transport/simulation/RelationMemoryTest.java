package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.hostile.Hub;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a relation costs of the heap at each of its ends, by direction and by how much was ever outstanding, and what an endpoint costs without any. */
class RelationMemoryTest {
    private static final int PEERS = 32;
    private static final int WINDOW = 64;
    private static final int REGION_BYTES = 4096;
    private static final int MESSAGE_BYTES = 64;
    private static final int FEW = 4;
    private static final int STEP_NS = 1_000;
    private static final int MANY_STEPS = 1_000_000;

    private final VirtualClock clock = new VirtualClock();
    private final Arena arena = Arena.ofConfined();
    private final Hub hub = new Hub();
    private final List<PacketEndpoint> endpoints = new ArrayList<>();
    private final List<MemoryRegion> regions = new ArrayList<>();
    private int completed;

    @AfterEach
    void release() {
        endpoints.forEach(PacketEndpoint::close);
        hub.close();
        arena.close();
    }

    @Test
    void shouldTakeLittleWhenLittleIsOutstanding() {
        check("few outstanding, 16 oblivious paths", oblivious(), FEW, 1_710, 1_050, 2_150);
    }

    @Test
    void shouldTakeLittleWhenPathsAreSensed() {
        check("few outstanding, 64 sensed paths", adaptive(), FEW, 3_200, 1_050, 3_584);
    }

    @Test
    void shouldTakeNoMoreThanBoundWhenWindowsAreFull() {
        check("full windows, 16 oblivious paths", oblivious(), 2 * WINDOW, 3_700, 1_050, 3_950);
    }

    private static PathConfig oblivious() {
        return PathConfig.of(PathSpray.OBLIVIOUS).withPaths(16);
    }

    private static PathConfig adaptive() {
        return PathConfig.of(PathSpray.ADAPTIVE);
    }

    private void check(String what, PathConfig paths, int messages, int sender, int receiver, int both) {
        long sends = sideBytes(paths, messages, true, false);
        long receives = sideBytes(paths, messages, false, true);
        long sendsAndReceives = sideBytes(paths, messages, true, true);
        String figures = String.format(
                Locale.ROOT,
                "%s: bytes a relation's side that sends %d, receives %d, both %d",
                what,
                sends,
                receives,
                sendsAndReceives);
        System.out.println(figures);
        assertTrue(sends <= sender && receives <= receiver && sendsAndReceives <= both, figures);
    }

    /** The mean of what an endpoint has more after it exchanged messages with each of its peers, one after the other. */
    private long sideBytes(PathConfig paths, int messages, boolean sends, boolean receives) {
        int subject = endpoints.size();
        for (int i = 0; i <= PEERS + 1; i++) {
            open(paths);
        }
        // What the endpoint keeps for messages is made with the first peer: it depends on how many are outstanding at
        // once, whoever they are for.
        exchange(subject, subject + 1, messages, sends, receives);
        long before = ObjectGraph.bytes(endpoints.get(subject));
        for (int peer = subject + 2; peer <= subject + 1 + PEERS; peer++) {
            exchange(subject, peer, messages, sends, receives);
        }
        return (ObjectGraph.bytes(endpoints.get(subject)) - before) / PEERS;
    }

    private void exchange(int subject, int peer, int messages, boolean sends, boolean receives) {
        int expected = completed;
        for (int message = 0; message < messages; message++) {
            expected += sends ? write(subject, peer) : 0;
            expected += receives ? write(peer, subject) : 0;
        }
        for (int step = 0; completed < expected; step++) {
            assertTrue(step < MANY_STEPS, "nothing completes");
            for (int i : new int[] {subject, peer}) {
                endpoints.get(i).doWork();
                endpoints.get(i).poll(this::completed, Integer.MAX_VALUE);
            }
            hub.pump();
            clock.advance(STEP_NS);
        }
    }

    @Test
    void shouldTakeLittleWhenEndpointHasNoPeers() {
        open(adaptive());
        long bytes = ObjectGraph.bytes(endpoints.getFirst());
        System.out.println("bytes of an endpoint without peers: " + bytes);
        assertTrue(bytes <= 52_000, () -> bytes + " bytes");
    }

    private void open(PathConfig paths) {
        IpAddress address = IpAddress.ofIpv4(0xC612_0001 + endpoints.size());
        EndpointConfig config = EndpointConfig.of(address)
                .withIncarnation(1)
                .withWindowPackets(WINDOW)
                .withWorkQueues(1)
                .withSubmissionEntries(256)
                .withReceiveSlots(16)
                .withPaths(paths);
        PacketEndpoint endpoint =
                PacketEndpoint.open(config, clock, new SeededRandom(address.low()), hub.attach(address));
        endpoints.add(endpoint);
        regions.add(endpoint.register(arena.allocate(REGION_BYTES, 64), MemoryRegion.REMOTE_WRITE));
    }

    private int write(int from, int to) {
        PacketEndpoint endpoint = endpoints.get(from);
        MemoryRegion target = regions.get(to);
        int code = endpoint.write(
                0,
                endpoint.addPeer(endpoints.get(to).address()),
                regions.get(from),
                0,
                MESSAGE_BYTES,
                target.address(),
                target.key(),
                0);
        assertEquals(Post.OK, code, () -> Post.describe(code));
        return 1;
    }

    private void completed(Completion completion) {
        assertEquals(CompletionStatus.SUCCESS, completion.status());
        completed += completion.kind() == Completion.WRITE ? 1 : 0;
    }
}
