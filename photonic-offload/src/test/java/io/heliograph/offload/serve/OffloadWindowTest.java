package io.heliograph.offload.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.Reply;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.ReplyLayout;
import io.heliograph.offload.query.WindowLayout;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The rules of QUERIES.md on windows by their numbers, between two endpoints that the test turns. */
final class OffloadWindowTest {
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 4_096;
    /** Longer than a packet. */
    private static final int INPUTS = 3_000;

    private static final int OUTPUTS = 12;
    private static final int REPLY_BYTES = 128;

    private final Arena arena = Arena.ofConfined();
    private final PortPair wire = MemoryPort.pair(1500);
    private final Endpoint server = open("198.18.0.1", wire.left());
    private final Endpoint client = open("198.18.0.2", wire.right());
    private final ModelTable models = new ModelTable(4, 1);
    private final QueryCounters counters = new QueryCounters();
    private final OffloadWindow window = new OffloadWindow(server, models, 0, SLOTS, SLOT_BYTES, 0, arena, counters);
    private final MemorySegment outbox = arena.allocate((long) SLOTS * SLOT_BYTES, 64);
    private final MemorySegment inbox = arena.allocate((long) SLOTS * REPLY_BYTES, 64);
    private final MemoryRegion source = client.register(outbox, 0);
    private final MemoryRegion answers = client.register(inbox, MemoryRegion.REMOTE_WRITE);
    private final int toServer = client.addPeer(server.address());
    private final List<Integer> answered = new ArrayList<>();
    private final CompletionHandler atServer = window::onCompletion;
    private int lastSlot = -1;
    private int foreign;
    private final CompletionHandler atClient = this::onAnswer;

    private static Endpoint open(String address, Port port) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(address.hashCode()), port);
    }

    private void onAnswer(Completion completion) {
        if (completion.kind() == Completion.IMMEDIATE) {
            assertTrue(WindowLayout.isWindow(completion.immediate()));
            lastSlot = WindowLayout.slot(completion.immediate());
        }
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        wire.close();
        arena.close();
    }

    private long fill(int slot, int model, int flags, long queryId, long input, int count) {
        long at = outbox.address() + (long) slot * SLOT_BYTES;
        WindowLayout.put(at, answers.address() + (long) slot * REPLY_BYTES, answers.key());
        QueryLayout.put(at + WindowLayout.HEADER, model, flags, queryId);
        NativeMemory.copy(input, QueryLayout.activations(at + WindowLayout.HEADER), count);
        return (long) WindowLayout.HEADER + QueryLayout.HEADER + count;
    }

    private int write(int slot, long lengthBytes, int immediate) {
        return client.writeImm(
                0,
                toServer,
                source,
                (long) slot * SLOT_BYTES,
                lengthBytes,
                window.region().address() + (long) slot * SLOT_BYTES,
                window.region().key(),
                immediate,
                false,
                slot);
    }

    private void turn() {
        client.doWork();
        server.doWork();
        server.poll(atServer, 16);
        window.doWork(4);
        client.poll(atClient, 16);
    }

    private void awaitAnswers(int wanted) {
        for (int turn = 0; turn < 100_000 && answered.size() < wanted; turn++) {
            lastSlot = -1;
            client.doWork();
            server.doWork();
            server.poll(atServer, 16);
            window.doWork(4);
            while (client.poll(atClient, 1) == 1) {
                if (lastSlot >= 0) {
                    answered.add(lastSlot);
                    lastSlot = -1;
                }
            }
        }
        assertEquals(wanted, answered.size(), "answers");
    }

    private Reply reply(int slot) {
        return Reply.read(inbox.address() + (long) slot * REPLY_BYTES, REPLY_BYTES);
    }

    private List<Integer> expected(long seed, long input) {
        IntegerInference exact = new IntegerInference(QueryBench.network(seed, arena, INPUTS, OUTPUTS), arena);
        exact.infer(input);
        List<Integer> sums = new ArrayList<>();
        for (int output = 0; output < OUTPUTS; output++) {
            sums.add(exact.sum(output));
        }
        return sums;
    }

    @Test
    void q10ShouldAnswerAWriteOfSeveralPacketsByAWrite() {
        models.put(2, QueryBench.model(1, INPUTS, OUTPUTS));
        SeededRandom random = new SeededRandom(8);
        for (int round = 0; round < 5; round++) {
            answered.clear();
            List<List<Integer>> expected = new ArrayList<>();
            for (int slot = 0; slot < SLOTS; slot++) {
                long input = RandomNetworks.input(random, INPUTS, arena);
                expected.add(expected(1, input));
                long bytes = fill(slot, 2, 0, 100L * round + slot, input, INPUTS);
                assertEquals(Post.OK, write(slot, bytes, WindowLayout.IMMEDIATE | slot));
            }
            awaitAnswers(SLOTS);
            for (int slot = 0; slot < SLOTS; slot++) {
                Reply reply = reply(slot);
                assertEquals(expected.get(slot), reply.sums(), "round=" + round + " slot=" + slot);
                assertEquals(100L * round + slot, reply.queryId());
            }
        }
        assertEquals(5 * SLOTS, counters.get(QueryCounter.RESULTS));
    }

    @Test
    void q11ShouldAnswerErrorsAndCountThem() {
        models.put(2, QueryBench.model(1, INPUTS, OUTPUTS));
        long input = arena.allocate(INPUTS).address();
        write(0, fill(0, 1, 0, 5, input, INPUTS), WindowLayout.IMMEDIATE);
        write(1, fill(1, 2, 0, 6, input, INPUTS - 1), WindowLayout.IMMEDIATE | 1);
        write(2, fill(2, 2, 4, 7, input, INPUTS), WindowLayout.IMMEDIATE | 2);
        awaitAnswers(3);
        assertEquals(ReplyCode.UNKNOWN_MODEL, reply(0).code());
        assertEquals(ReplyCode.WRONG_SIZE, reply(1).code());
        assertEquals(INPUTS, reply(1).inputs());
        assertEquals(ReplyCode.MALFORMED, reply(2).code());
        // No slot, no room for where the answer goes, and an immediate that is somebody else's.
        write(3, fill(3, 2, 0, 8, input, INPUTS), WindowLayout.IMMEDIATE | SLOTS);
        write(3, WindowLayout.HEADER - 1, WindowLayout.IMMEDIATE | 3);
        for (int turn = 0; turn < 1_000 && counters.get(QueryCounter.MALFORMED) < 3; turn++) {
            turn();
        }
        assertEquals(3, counters.get(QueryCounter.MALFORMED));
        write(3, 4, 77);
        for (int turn = 0; turn < 1_000 && foreign == 0; turn++) {
            client.doWork();
            server.doWork();
            server.poll(completion -> foreign += window.onCompletion(completion) ? 0 : 1, 16);
            window.doWork(4);
        }
        assertEquals(1, foreign, "handed on");
        assertEquals(-1, lastSlot, "no answer");
    }

    @Test
    void q12ShouldTakeTheNextQueryOfASlotOnceItsAnswerIsThereAndNotBefore() {
        models.put(2, QueryBench.model(1, INPUTS, OUTPUTS));
        SeededRandom random = new SeededRandom(3);
        // Over and over in the same slot, at once when the answer is there: the server may not know yet that it
        // arrived.
        for (int query = 1; query <= 300; query++) {
            answered.clear();
            long input = RandomNetworks.input(random, INPUTS, arena);
            assertEquals(Post.OK, write(5, fill(5, 2, 0, query, input, INPUTS), WindowLayout.IMMEDIATE | 5));
            awaitAnswers(1);
            assertEquals(query, reply(5).queryId());
            if (query % 50 == 0) {
                assertEquals(expected(1, input), reply(5).sums());
            }
        }
        assertEquals(0, counters.get(QueryCounter.OVERRUN));
        // Twice before the answer: the second is dropped.
        answered.clear();
        long input = RandomNetworks.input(random, INPUTS, arena);
        write(6, fill(6, 2, 0, 1, input, INPUTS), WindowLayout.IMMEDIATE | 6);
        write(6, fill(6, 2, 0, 1, input, INPUTS), WindowLayout.IMMEDIATE | 6);
        for (int turn = 0; turn < 100; turn++) {
            client.doWork();
            server.doWork();
        }
        server.poll(atServer, 16);
        awaitAnswers(1);
        assertEquals(1, counters.get(QueryCounter.OVERRUN));
        assertEquals(expected(1, input), reply(6).sums());
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        models.put(2, QueryBench.model(1, 100, 20));
        long input = RandomNetworks.input(new SeededRandom(1), 100, arena);
        long length = fill(0, 2, 0, 1, input, 100);
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 20 && bytes != 0; round++) {
            bytes = Allocations.inSteadyState(() -> {
                for (int query = 0; query < 2_000; query++) {
                    lastSlot = -1;
                    assertEquals(Post.OK, write(0, length, WindowLayout.IMMEDIATE));
                    for (int turn = 0; turn < 1_000 && lastSlot < 0; turn++) {
                        turn();
                    }
                }
            });
        }
        assertEquals(0, bytes, "heap bytes for 2,000 queries and their answers");
        assertEquals(0, lastSlot);
        assertFalse(counters.get(QueryCounter.RESULTS) < 20_000 / 10);
        assertTrue(ReplyLayout.isReply(inbox.address(), REPLY_BYTES));
    }
}
