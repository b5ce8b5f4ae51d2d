package io.heliograph.offload.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.query.QueryClient;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.Reply;
import io.heliograph.offload.query.ReplyCode;
import io.heliograph.offload.query.ReplyLayout;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of QUERIES.md by their numbers, over packets. */
final class QueryPortTest {
    private static final int INPUTS = 20;
    private static final int OUTPUTS = 3;
    private static final int[] SHAPE = {INPUTS, 18, OUTPUTS};

    private QueryBench bench = new QueryBench();
    private final SeededRandom random = new SeededRandom(5);

    @AfterEach
    void close() {
        bench.close();
    }

    private long input(int bytes) {
        return RandomNetworks.input(random, bytes, bench.arena);
    }

    /** What the integer semantics give. */
    private static List<Integer> sums(QuantizedNetwork network, long input, Arena arena) {
        IntegerInference exact = new IntegerInference(network, arena);
        exact.infer(input);
        List<Integer> sums = new ArrayList<>();
        for (int output = 0; output < network.outputs(); output++) {
            sums.add(exact.sum(output));
        }
        return sums;
    }

    @ParameterizedTest
    @CsvSource({"198.18.0.1,198.18.0.2", "2001:2::1,2001:2::2"})
    void q1ShouldAnswerWithClassSumsAndEmulatedTime(String server, String client) {
        bench.close();
        bench = new QueryBench(server, client);
        bench.models.put(3, QueryBench.model(1, SHAPE));
        QuantizedNetwork network = QueryBench.network(1, bench.arena, SHAPE);
        for (int query = 0; query < 50; query++) {
            long input = input(INPUTS);
            int flags = query % 5 == 0 ? QueryLayout.STEPPED : 0;
            bench.ask(3, flags, 1_000L + query, input, INPUTS);
            Reply reply = bench.only();
            List<Integer> expected = sums(network, input, bench.arena);
            assertEquals(expected, reply.sums(), "query=" + query);
            assertEquals(ReplyCode.RESULT, reply.code());
            assertEquals(
                    expected.indexOf(expected.stream().max(Integer::compare).orElseThrow()), reply.classOf());
            assertEquals(3, reply.model());
            assertEquals(flags, reply.flags());
            assertEquals(1_000L + query, reply.queryId());
            assertEquals(INPUTS, reply.inputs());
            // InferCommandTest has the same shape: 5 + 36 + 10 + 36 + 6 + 10 + 48.
            assertEquals(151, reply.overallCycles());
            assertTrue(reply.computeCycles() > 0 && reply.computeCycles() < 151, reply::toString);
            assertEquals(253_437_500, reply.clockHz());
        }
        bench.count(50, QueryCounter.RECEIVED);
        bench.count(50, QueryCounter.RESULTS);
        bench.count(10, QueryCounter.STEPPED);
    }

    @Test
    void q5ShouldAnswerErrorsAndCountThem() {
        bench.models.put(0, QueryBench.model(1, SHAPE));
        long input = input(100);
        bench.ask(1, 0, 5, input, INPUTS);
        assertEquals(error(ReplyCode.UNKNOWN_MODEL, 1, 5, 0), bench.only());
        bench.ask(0xFFFF, 0, 6, input, INPUTS);
        assertEquals(error(ReplyCode.UNKNOWN_MODEL, 0xFFFF, 6, 0), bench.only());
        bench.ask(0, 0, 7, input, INPUTS - 1);
        assertEquals(error(ReplyCode.WRONG_SIZE, 0, 7, INPUTS), bench.only());
        bench.ask(0, 0, 8, input, INPUTS + 1);
        assertEquals(error(ReplyCode.WRONG_SIZE, 0, 8, INPUTS), bench.only());
        bench.ask(0, 0, 9, input, 0);
        assertEquals(error(ReplyCode.WRONG_SIZE, 0, 9, INPUTS), bench.only());
        bench.ask(0, 2, 10, input, INPUTS);
        assertEquals(
                new Reply(ReplyCode.MALFORMED, 0, 2, 10, ReplyLayout.NO_CLASS, 0, 0, 0, 0, 0, List.of()), bench.only());
        bench.count(2, QueryCounter.UNKNOWN_MODEL);
        bench.count(3, QueryCounter.WRONG_SIZE);
        bench.count(1, QueryCounter.MALFORMED);
        bench.count(6, QueryCounter.RECEIVED);
        bench.count(0, QueryCounter.RESULTS);
    }

    private static Reply error(int code, int model, long queryId, int inputs) {
        return new Reply(code, model, 0, queryId, ReplyLayout.NO_CLASS, inputs, 0, 0, 0, 0, List.of());
    }

    @Test
    void q5ShouldNeverAnswerAnAnswerNorWhatIsDamaged() {
        bench.models.put(0, QueryBench.model(1, SHAPE));
        tamper(QueryLayout.HEADER + 1, 0, 0x10);
        assertEquals(0, bench.passed.size());
        bench.count(1, QueryCounter.DAMAGED);
        bench.count(0, QueryCounter.RECEIVED);
        // An answer, with the right checksum.
        tamper(3, ReplyCode.BUSY ^ QueryLayout.TYPE_QUERY, 0);
        bench.count(1, QueryCounter.NOT_QUERIES);
        assertEquals(0, bench.replies.size());
    }

    /** Sends a query with a byte changed: {@code mended} so that its checksum is right again, {@code broken} so that it is not. */
    private void tamper(int offset, int mended, int broken) {
        bench.ask(0, 0, 5, input(INPUTS), INPUTS);
        Burst wire = new Burst(bench.arena, 4);
        bench.collect();
        assertEquals(1, bench.ports.left().receive(wire), "the query, before the server sees it");
        long data = Frame.dataAddress(wire.frame(0));
        long at = data + 14 + 20 + 8 + offset;
        NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ mended ^ broken));
        // One's complement: what a byte grows by, the checksum shrinks by.
        if (mended != 0) {
            long checksum = data + 14 + 20 + 6;
            int sum = NativeMemory.getUnsignedShortBigEndian(checksum) - (ReplyCode.BUSY - QueryLayout.TYPE_QUERY);
            NativeMemory.putShortBigEndian(checksum, (short) (sum < 0 ? sum - 1 : sum));
        }
        assertEquals(1, bench.ports.left().send(wire));
        Burst back = new Burst(bench.arena, 4);
        assertEquals(1, bench.ports.right().receive(back), "reflected to the client's side");
        assertEquals(1, bench.ports.right().send(back), "and to the server again");
        bench.turn();
    }

    @Test
    void q6ShouldServeSeveralModelsChosenByPacket() {
        int[][] shapes = {{7, 40, 5}, {64, 2}, {1, 1}, {300, 20, 20, 10}};
        List<QuantizedNetwork> networks = new ArrayList<>();
        for (int number = 0; number < shapes.length; number++) {
            bench.models.put(number * 5, QueryBench.model(number, shapes[number]));
            networks.add(QueryBench.network(number, bench.arena, shapes[number]));
        }
        for (int query = 0; query < 200; query++) {
            int number = random.nextInt(shapes.length);
            long input = input(networks.get(number).inputs());
            bench.ask(number * 5, 0, query, input, networks.get(number).inputs());
            assertEquals(
                    sums(networks.get(number), input, bench.arena),
                    bench.only().sums(),
                    "query=" + query + " model=" + number);
        }
    }

    @Test
    void q4ShouldGiveAsManySumsAsFitAndTheClassOfAll() {
        int outputs = 2_000;
        bench.models.put(0, QueryBench.model(2, 4, outputs));
        long input = input(4);
        bench.ask(0, 0, 1, input, 4);
        Reply reply = bench.only();
        List<Integer> expected = sums(QueryBench.network(2, bench.arena, 4, outputs), input, bench.arena);
        int fit = (1500 - 20 - 8 - ReplyLayout.HEADER) / 2;
        assertEquals(expected.subList(0, fit), reply.sums());
        assertEquals(expected.indexOf(expected.stream().max(Integer::compare).orElseThrow()), reply.classOf());
    }

    @Test
    void q7ShouldAnswerBusyWhenTheQueueIsFullAndKeepOrder() {
        bench.models.put(0, QueryBench.model(1, SHAPE));
        int asked = 20;
        long input = input(INPUTS);
        for (int query = 0; query < asked; query++) {
            bench.ask(0, 0, query, input, INPUTS);
        }
        bench.turn();
        // All twenty came in one poll: eight found room, four of them were served in it, twelve are told at once.
        assertEquals(asked - QueryBench.QUEUE_ENTRIES + QueryBench.PER_POLL, bench.replies.size());
        bench.turn();
        assertEquals(asked, bench.replies.size());
        List<Long> results = new ArrayList<>();
        List<Long> busy = new ArrayList<>();
        for (Reply reply : bench.replies) {
            (reply.code() == ReplyCode.RESULT ? results : busy).add(reply.queryId());
            assertTrue(reply.code() == ReplyCode.RESULT || reply.code() == ReplyCode.BUSY, reply::toString);
        }
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), results, "first come, first served");
        assertEquals(12, busy.size());
        bench.count(12, QueryCounter.BUSY);
        bench.count(8, QueryCounter.RESULTS);
        bench.replies.clear();
        bench.ask(0, 0, 99, input, INPUTS);
        assertEquals(ReplyCode.RESULT, bench.only().code(), "there is room again");
    }

    @Test
    void q8ShouldServeOneSteppedQueryInAPoll() {
        bench.models.put(0, QueryBench.model(1, SHAPE));
        long input = input(INPUTS);
        for (int query = 0; query < 3; query++) {
            bench.ask(0, QueryLayout.STEPPED, query, input, INPUTS);
        }
        for (int answers = 1; answers <= 3; answers++) {
            bench.turn();
            assertEquals(answers, bench.replies.size());
        }
    }

    @Test
    void q9ShouldAnswerByTheModelThatIsThereWhenTheTurnComes() {
        bench.models.put(0, QueryBench.model(1, SHAPE));
        long input = input(INPUTS);
        for (int query = 0; query < 6; query++) {
            bench.ask(0, 0, query, input, INPUTS);
        }
        bench.turn();
        assertEquals(QueryBench.PER_POLL, bench.replies.size());
        bench.models.put(0, QueryBench.model(2, INPUTS, 4));
        bench.turn();
        List<Integer> old = sums(QueryBench.network(1, bench.arena, SHAPE), input, bench.arena);
        List<Integer> now = sums(QueryBench.network(2, bench.arena, INPUTS, 4), input, bench.arena);
        assertNotEquals(old, now);
        for (Reply reply : bench.replies) {
            assertEquals(reply.queryId() < QueryBench.PER_POLL ? old : now, reply.sums(), reply::toString);
        }
        bench.replies.clear();
        for (int query = 0; query < 6; query++) {
            bench.ask(0, 0, query, input, INPUTS);
        }
        bench.turn();
        bench.models.put(0, QueryBench.model(3, INPUTS + 1, 4));
        bench.turn();
        bench.models.remove(0);
        assertEquals(error(ReplyCode.WRONG_SIZE, 0, 5, INPUTS + 1), bench.replies.getLast());
        bench.replies.clear();
        bench.ask(0, 0, 7, input, INPUTS);
        assertEquals(ReplyCode.UNKNOWN_MODEL, bench.only().code());
    }

    /** Another thread replaces the model over and over: each answer is of the one or the other, whole, and memory that went is not touched. */
    @Test
    void q9ShouldReplaceModelsWhileQueriesRun() throws InterruptedException {
        List<List<Integer>> valid = new ArrayList<>();
        long input = input(INPUTS);
        for (int seed = 1; seed <= 2; seed++) {
            valid.add(sums(QueryBench.network(seed, bench.arena, SHAPE), input, bench.arena));
        }
        bench.models.put(0, QueryBench.model(1, SHAPE));
        AtomicBoolean done = new AtomicBoolean();
        Thread loader = Thread.ofPlatform().start(() -> {
            for (int turn = 0; !done.get(); turn++) {
                bench.models.put(0, QueryBench.model(1 + turn % 2, SHAPE));
            }
        });
        int[] seen = new int[2];
        try {
            for (int query = 0; query < 200_000 && (query < 20_000 || seen[0] < 100 || seen[1] < 100); query++) {
                bench.ask(0, query % 50 == 0 ? QueryLayout.STEPPED : 0, query, input, INPUTS);
                Reply reply = bench.only();
                int which = valid.indexOf(reply.sums());
                assertTrue(which >= 0, reply::toString);
                seen[which]++;
            }
        } finally {
            done.set(true);
            loader.join();
        }
        assertTrue(seen[0] >= 100 && seen[1] >= 100, "both models answered: " + seen[0] + " and " + seen[1]);
    }

    @Test
    void shouldHandOnEveryOtherFrame() {
        Burst burst = new Burst(bench.arena, 4);
        bench.ports.right().allocate(burst, 1);
        long frame = burst.frame(0);
        NativeMemory.fill(Frame.dataAddress(frame), 80, (byte) 0x11);
        Frame.lengthBytes(frame, 80);
        bench.ports.right().send(burst);
        assertEquals(1, bench.server.receive(bench.passed));
        assertEquals(80, Frame.lengthBytes(bench.passed.frame(0)));
        bench.server.release(bench.passed);
        bench.count(0, QueryCounter.RECEIVED);
    }

    @Test
    void shouldAllocateNothingPerQuery() {
        int[] shape = {100, 60, 30, 10};
        bench.models.put(0, QueryBench.model(1, shape));
        long input = input(100);
        int[] codes = new int[256];
        QueryClient.ReplyHandler handler = (reply, lengthBytes) -> codes[ReplyLayout.code(reply)]++;
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 20 && bytes != 0; round++) {
            bytes = Allocations.inSteadyState(() -> {
                for (int query = 0; query < 3_000; query++) {
                    // Every third is stepped, unknown or of the wrong size.
                    int kind = query % 9;
                    bench.client.send(
                            kind == 3 ? 1 : 0, kind == 6 ? QueryLayout.STEPPED : 0, query, input, kind == 0 ? 99 : 100);
                    bench.client.poll(handler, 0);
                    bench.server.receive(bench.passed);
                    bench.client.poll(handler, 0);
                }
            });
        }
        assertEquals(0, bytes, "heap bytes for 3,000 queries and their answers");
        assertTrue(codes[ReplyCode.RESULT] >= 2_300 && codes[ReplyCode.WRONG_SIZE] > 0, "answers came");
        assertEquals(codes[ReplyCode.UNKNOWN_MODEL], bench.counters.get(QueryCounter.UNKNOWN_MODEL));
    }
}
