package io.heliograph.offload.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.RandomNetworks;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.query.QueryClient;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.query.Reply;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/** A client and a port that serves, joined in memory and turned by the test. */
final class QueryBench implements AutoCloseable {
    static final int QUEUE_ENTRIES = 8;
    static final int PER_POLL = 4;

    final Arena arena = Arena.ofConfined();
    final ModelTable models = new ModelTable(16, 1);
    final QueryCounters counters = new QueryCounters();
    final PortPair ports = MemoryPort.pair(1500);
    final QueryPort server;
    final QueryClient client;
    final Burst passed = new Burst(arena, 32);
    final List<Reply> replies = new ArrayList<>();

    QueryBench() {
        this("198.18.0.1", "198.18.0.2");
    }

    QueryBench(String serverAddress, String clientAddress) {
        IpAddress address = IpAddress.parse(serverAddress);
        server = new QueryPort(
                ports.left(), address, QueryLayout.DEFAULT_UDP_PORT, models, 0, QUEUE_ENTRIES, PER_POLL, counters);
        client = new QueryClient(
                ports.right(), IpAddress.parse(clientAddress), address, QueryLayout.DEFAULT_UDP_PORT, arena, 0);
    }

    static ServedModel model(long seed, int... widths) {
        try {
            return ServedModel.load(memory -> network(seed, memory, widths), 1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static QuantizedNetwork network(long seed, Arena memory, int... widths) {
        return RandomNetworks.network(new SeededRandom(seed), 100, memory, widths);
    }

    void ask(int model, int flags, long queryId, long activations, int count) {
        assertEquals(QueryClient.OK, client.send(model, flags, queryId, activations, count));
    }

    /** One poll of the client, one of the server, one of the client. */
    void turn() {
        collect();
        serve();
        collect();
    }

    void serve() {
        server.receive(passed);
        server.release(passed);
    }

    void collect() {
        client.poll((reply, lengthBytes) -> replies.add(Reply.read(reply, lengthBytes)), 0);
    }

    Reply only() {
        turn();
        assertEquals(1, replies.size(), "answers");
        return replies.removeFirst();
    }

    void count(long expected, QueryCounter counter) {
        assertEquals(expected, counters.get(counter), counter.label());
    }

    void awaitReplies(int wanted) {
        for (int turn = 0; turn < 10_000 && replies.size() < wanted; turn++) {
            turn();
        }
        assertTrue(replies.size() >= wanted, () -> "answers=" + replies.size());
    }

    @Override
    public void close() {
        client.close();
        server.close();
        ports.right().close();
        arena.close();
    }
}
