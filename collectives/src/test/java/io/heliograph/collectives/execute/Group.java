package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.EndpointAgent;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;

/** All ranks of a communicator in one process. */
final class Group implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PEER_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(800);

    private static final long AGENT_SLEEP_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final List<EndpointCommunicator> communicators = new ArrayList<>();
    private final List<AutoCloseable> resources = new ArrayList<>();
    /** What stands for the process of each rank. */
    private final List<List<AutoCloseable>> processes = new ArrayList<>();

    private final Set<Integer> killed = new HashSet<>();
    private final List<Endpoint> endpoints = new ArrayList<>();
    private boolean shared;

    private Group() {}

    private static void failed(Throwable failure) {
        throw new AssertionError(failure);
    }

    private static EndpointConfig config(int rank) {
        return EndpointConfig.of(IpAddress.parse("198.18.7." + (rank + 1)))
                .withIncarnation(NEXT.incrementAndGet())
                .withMaxPeers(32)
                .withPeerTimeoutNs(PEER_TIMEOUT_NS);
    }

    /** Packets through a switch of memory ports. */
    static Group overPackets(int ranks, CommunicatorConfig config, String faults) {
        Group group = new Group();
        Switch ports = new Switch(ranks, 1500);
        Arena arena = Arena.ofShared();
        group.open(_ -> config, ranks, rank -> {
            Port port = faults.isEmpty()
                    ? ports.port(rank)
                    : new FaultInjectorPort(
                            ports.port(rank), FaultConfig.parse(faults + ",seed=" + (rank + 1)), SystemClock.INSTANCE);
            PacketEndpoint endpoint =
                    PacketEndpoint.open(config(rank), SystemClock.INSTANCE, new SeededRandom(rank), port);
            if (faults.isEmpty()) {
                group.processes.add(List.of(endpoint));
                return Transport.of(endpoint, arena);
            }
            // What is lost must be sent again, whoever is in a call.
            AgentRunner runner = new AgentRunner(
                    new SleepingIdleStrategy(AGENT_SLEEP_NS), Group::failed, null, new EndpointAgent(endpoint));
            AgentRunner.startOnThread(runner);
            group.processes.add(List.of(runner, endpoint));
            return Transport.withAgent(endpoint, arena);
        });
        group.resources.add(ports);
        group.resources.add(arena);
        return group;
    }

    /** Direct placement in shared memory. */
    static Group overSharedMemory(int ranks, CommunicatorConfig config) {
        return overSharedMemory(ranks, _ -> config);
    }

    /** The same, where ranks may have different settings. */
    static Group overSharedMemory(int ranks, IntFunction<CommunicatorConfig> configs) {
        Group group = new Group();
        group.shared = true;
        String domain = "group-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();
        group.open(configs, ranks, rank -> {
            SharedMemoryEndpoint endpoint = SharedMemoryEndpoint.open(
                    config(rank), SystemClock.INSTANCE, new SeededRandom(rank), domain, 64L << 20);
            group.processes.add(List.of(endpoint));
            group.endpoints.add(endpoint);
            return Transport.of(endpoint);
        });
        return group;
    }

    /** Direct placement between each two ranks of a host, 0 and 1, 2 and 3, and so on; packets through a switch of memory ports between others. */
    static Group overBoth(int ranks, CommunicatorConfig config) {
        Group group = new Group();
        Switch ports = new Switch(ranks, 1500);
        String domain = "both-" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();
        group.open(_ -> config, ranks, rank -> {
            EndpointConfig own = config(rank);
            NearestEndpoint endpoint = NearestEndpoint.open(
                    keys -> SharedMemoryEndpoint.open(own, SystemClock.INSTANCE, keys, domain, 64L << 20),
                    keys -> PacketEndpoint.open(own, SystemClock.INSTANCE, keys, ports.port(rank)),
                    Set.of(config(rank).address(), config(rank ^ 1).address()),
                    new SeededRandom(rank));
            group.processes.add(List.of(endpoint));
            group.endpoints.add(endpoint);
            return Transport.of(endpoint, "both");
        });
        group.resources.add(ports);
        return group;
    }

    private void open(IntFunction<CommunicatorConfig> configs, int ranks, IntFunction<Transport> transports) {
        LocalExchange exchange = new LocalExchange(ranks);
        List<Transport> all = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            all.add(transports.apply(rank));
        }
        EndpointCommunicator[] opened = new EndpointCommunicator[ranks];
        try {
            onThreads(
                    ranks,
                    rank -> opened[rank] = EndpointCommunicator.open(
                            configs.apply(rank), all.get(rank), SystemClock.INSTANCE, rank, ranks, exchange.of(rank)));
        } catch (AssertionError e) {
            closeResources();
            throw e;
        }
        communicators.addAll(List.of(opened));
    }

    int size() {
        return communicators.size();
    }

    EndpointCommunicator get(int rank) {
        return communicators.get(rank);
    }

    /** Whether all ranks share memory. */
    boolean isShared() {
        return shared;
    }

    /** Over shared memory, or that and packets: bytes that others wrote to a rank so far. */
    long placedBytes(int rank) {
        return endpoints.get(rank).counters().get(EndpointCounter.PAYLOAD_BYTES_PLACED);
    }

    /** Does something for each rank at the same time. */
    static void onThreads(int ranks, Consumer<Integer> action) {
        try (ExecutorService threads = Executors.newFixedThreadPool(ranks)) {
            List<Future<?>> futures = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                int number = rank;
                futures.add(threads.submit(() -> action.accept(number)));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Polls until all are over, in an order by chance. */
    static void await(List<CollectiveHandle> handles, SeededRandom random) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        List<CollectiveHandle> left = new ArrayList<>(handles);
        while (!left.isEmpty()) {
            int next = random.nextInt(left.size());
            if (left.get(next).poll()) {
                left.remove(next);
            }
            assertTrue(SystemClock.INSTANCE.nowNs() - deadlineNs < 0, "collectives do not end");
        }
    }

    /** A rank is gone without a word; nobody calls it any more. */
    void kill(int rank) {
        killed.add(rank);
        closeAll(processes.get(rank));
    }

    @Override
    public void close() {
        onThreads(communicators.size(), rank -> {
            if (!killed.contains(rank)) {
                communicators.get(rank).close();
            }
        });
        closeResources();
    }

    private void closeResources() {
        for (int rank = 0; rank < processes.size(); rank++) {
            if (!killed.contains(rank)) {
                closeAll(processes.get(rank));
            }
        }
        closeAll(resources);
    }

    private static void closeAll(List<AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
