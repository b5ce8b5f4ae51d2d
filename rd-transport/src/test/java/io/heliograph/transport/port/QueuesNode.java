package io.heliograph.transport.port;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.EndpointAgent;
import io.heliograph.transport.endpoint.PacketEndpoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A process with an endpoint of two engines on the queues of one device, each on its own thread: one sends messages and the other
 * compares every byte.
 */
final class QueuesNode implements AutoCloseable {
    static final int ENGINES = 2;
    static final int MESSAGES = 400;
    private static final int MESSAGE_BYTES = 40_000;
    private static final int OUTSTANDING = 16;
    private static final long SEED = 5;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate((long) MESSAGES * MESSAGE_BYTES, 64);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<AgentRunner> runners = new ArrayList<>();
    private final List<Port> ports;
    private final PacketEndpoint endpoint;
    private int completed;

    private QueuesNode(String device, String address) {
        ports = DpdkPort.openQueues(DpdkPortConfig.of(device, 1500), ENGINES);
        EndpointConfig config = EndpointConfig.of(IpAddress.parse(address)).withStripePackets(4);
        endpoint = PacketEndpoint.open(config, SystemClock.INSTANCE, new SecureRandom()::nextLong, ports);
        for (int engine = 0; engine < ENGINES; engine++) {
            AgentRunner runner = new AgentRunner(
                    YieldingIdleStrategy.INSTANCE, failure::set, null, new EndpointAgent(endpoint, engine));
            AgentRunner.startOnThread(runner);
            runners.add(runner);
        }
    }

    /** Arguments: device, own address, and for the sender the other's, the target's address and its key. */
    public static void main(String[] arguments) throws IOException {
        try (QueuesNode node = new QueuesNode(arguments[0], arguments[1])) {
            if (arguments.length == 2) {
                node.receive();
                int ignored = System.in.read(); // acknowledges what is sent again until the test ends it
            } else {
                node.send(arguments[2], Long.parseLong(arguments[3]), Integer.parseInt(arguments[4]));
            }
        }
    }

    private void receive() {
        MemoryRegion region = endpoint.register(memory, MemoryRegion.REMOTE_WRITE);
        System.out.println("region " + region.address() + " " + region.key());
        pollUntil(MESSAGES);
        MemorySegment expected = arena.allocate(memory.byteSize(), 64);
        fill(expected);
        long difference = expected.mismatch(memory);
        System.out.println(difference == -1 ? "same" : "differs at " + difference);
        report();
    }

    private void send(String peerAddress, long address, int key) {
        fill(memory);
        MemoryRegion source = endpoint.register(memory, 0);
        int peer = endpoint.addPeer(IpAddress.parse(peerAddress));
        for (int message = 0; message < MESSAGES; message++) {
            pollUntil(message - OUTSTANDING);
            long offset = (long) message * MESSAGE_BYTES;
            int code = endpoint.writeImm(
                    0, peer, source, offset, MESSAGE_BYTES, address + offset, key, message, message % 2 == 0, message);
            check(code == Post.OK, "post: " + code);
        }
        pollUntil(MESSAGES);
        report();
    }

    private void pollUntil(int count) {
        while (completed < count) {
            endpoint.poll(this::onCompletion, OUTSTANDING);
            check(failure.get() == null, String.valueOf(failure.get()));
            TestTraffic.idle();
        }
    }

    private void onCompletion(Completion completion) {
        check(completion.status() == CompletionStatus.SUCCESS, CompletionStatus.describe(completion.status()));
        completed++;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }

    private static void fill(MemorySegment memory) {
        SeededRandom random = new SeededRandom(SEED);
        for (long i = 0; i < memory.byteSize(); i += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
    }

    /** A line for each engine, and one for all. */
    private void report() {
        for (int engine = 0; engine < ENGINES; engine++) {
            System.out.println("engine " + engine + " sent "
                    + endpoint.counters(engine).get(EndpointCounter.DATA_SENT) + " frames received "
                    + ports.get(engine).statistics().receivedFrames());
        }
        System.out.println("handed over " + endpoint.counters().get(EndpointCounter.HANDED_OVER) + " retransmitted "
                + endpoint.counters().get(EndpointCounter.RETRANSMITTED));
        System.out.println("done");
    }

    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
        endpoint.close();
        ports.forEach(Port::close);
        arena.close();
    }
}
