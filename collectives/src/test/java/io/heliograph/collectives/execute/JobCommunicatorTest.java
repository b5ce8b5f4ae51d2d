package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.cost.CostFile;
import io.heliograph.collectives.cost.Costs;
import io.heliograph.collectives.cost.Link;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One front door: what ranks open so as to reach each other, each rank on a thread of its own. */
@Timeout(120)
class JobCommunicatorTest {
    private static final int ELEMENTS = 50_000;
    private static final String NAME = "job-test-" + ProcessHandle.current().pid();
    /** Nothing is measured, or written where users have their files. */
    private static final CommunicatorConfig CONFIG = CommunicatorConfig.DEFAULT
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20))
            .withTuning(Tuning.DEFAULT.withThresholds());

    private static JobPorts ports() {
        return JobPorts.of(new PortSpec.SharedMemory(NAME)).withPeerTimeoutNs(TimeUnit.SECONDS.toNanos(10));
    }

    /** Opens, reduces and closes at every rank; what carried it, by rank. */
    private static List<String> reduce(
            int ranks, IntFunction<JobTransport> transports, IntFunction<CommunicatorConfig> configs) {
        LocalExchange exchange = new LocalExchange(ranks);
        String[] carriers = new String[ranks];
        Group.onThreads(ranks, rank -> {
            try (JobCommunicator job =
                    JobCommunicator.open(rank, ranks, exchange.of(rank), configs.apply(rank), transports.apply(rank))) {
                carriers[rank] = job.carrier();
                assertEquals(
                        job.kind() == JobTransport.Kind.PACKET, job.carrier().startsWith("packets"));
                check(job.communicator());
            }
        });
        return List.of(carriers);
    }

    private static void check(Communicator communicator) {
        MemorySegment input = communicator.allocate(ELEMENTS * 4L);
        MemorySegment output = communicator.allocate(ELEMENTS * 4L);
        for (int i = 0; i < ELEMENTS; i++) {
            input.setAtIndex(ValueLayout.JAVA_INT, i, i * (communicator.rank() + 1));
        }
        communicator
                .allReduce(input, output, ELEMENTS, DataType.I32, ReduceOperation.SUM)
                .await();
        int factor = communicator.size() * (communicator.size() + 1) / 2;
        for (int i = 0; i < ELEMENTS; i++) {
            assertEquals(i * factor, output.getAtIndex(ValueLayout.JAVA_INT, i), "element " + i);
        }
    }

    @Test
    void shouldReduceDirectly() {
        List<String> carriers = reduce(2, _ -> JobTransport.DIRECT, _ -> CONFIG);
        assertTrue(carriers.getFirst().startsWith("direct placement"), carriers::toString);
    }

    @Test
    void shouldReduceByPacketsBetweenEachTwoRanks() throws IOException {
        List<String> carriers = reduce(3, _ -> JobTransport.packets(ports()), _ -> CONFIG);
        assertTrue(
                carriers.get(2).contains("shm:" + NAME) && carriers.get(2).contains("198.18.0.3"), carriers::toString);
        assertNothingIsLeft();
    }

    private static void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    /** What the communicator has to say when it closes keeps nothing open; by packets the call itself may say it. */
    @Test
    void shouldCloseEverythingWhenTheLastCallWasAnother() throws IOException {
        LocalExchange exchange = new LocalExchange(2);
        Group.onThreads(2, rank -> {
            JobCommunicator job =
                    JobCommunicator.open(rank, 2, exchange.of(rank), CONFIG, JobTransport.packets(ports()));
            MemorySegment buffer = job.communicator().allocate(64);
            Runnable last = () -> job.communicator()
                    .broadcast(buffer, buffer, 1 + rank, DataType.I32, 0)
                    .await();
            CollectiveException failure = assertThrows(CollectiveException.class, () -> {
                last.run();
                job.close();
            });
            assertEquals(0, failure.rank());
            job.close();
        });
        assertNothingIsLeft();
    }

    @Test
    void shouldReduceByEnginesOnThreadsOfTheirOwn() {
        List<String> carriers =
                reduce(2, _ -> JobTransport.packets(ports().withEngines(2)).withAgent(), _ -> CONFIG);
        assertTrue(carriers.getFirst().contains("2 engines"), carriers::toString);
    }

    @Test
    void shouldPlaceDirectlyWithinHostsAndSendPacketsAcross() {
        for (JobTransport transport : List.of(
                JobTransport.nearest(ports()), JobTransport.nearest(ports()).withAgent())) {
            List<String> carriers = reduce(
                    5,
                    _ -> transport,
                    rank -> CONFIG.withAlgorithm(Algorithm.HIERARCHICAL)
                            .withTuning(CONFIG.tuning().withHost("host " + rank / 2)));
            for (String carrier : carriers) {
                assertTrue(
                        carrier.startsWith("direct placement in shared memory within hosts, across them packets"),
                        carrier);
            }
        }
    }

    @Test
    void shouldTakePacketsOnlyWhereRanksAreOnSeveralHosts() {
        JobTransport nearest = JobTransport.nearest(ports());
        List<String> one = reduce(2, _ -> nearest, _ -> CONFIG);
        assertTrue(one.getFirst().startsWith("direct"), one::toString);
        List<String> several = reduce(
                2, _ -> nearest, rank -> CONFIG.withTuning(CONFIG.tuning().withHost("host " + rank)));
        assertTrue(several.getFirst().startsWith("packets"), several::toString);
    }

    @Test
    void shouldReachRanksAtTheAddressesThatTheySay() {
        List<String> addresses = List.of("2001:2::7", "2001:2::4", "2001:2::9");
        List<String> carriers = reduce(
                3,
                rank -> JobTransport.packets(ports().withOwnAddress(IpAddress.parse(addresses.get(rank)))),
                _ -> CONFIG);
        for (int rank = 0; rank < 3; rank++) {
            IpAddress address = IpAddress.parse(addresses.get(rank));
            assertTrue(carriers.get(rank).endsWith("at " + address), carriers::toString);
        }
    }

    @Test
    void shouldNameARankWithAnotherTransport() {
        assertDiffer(JobTransport.packets(ports()), JobTransport.packets(ports().withMtuBytes(9000)), "MTU 9000");
        assertDiffer(JobTransport.packets(ports()), JobTransport.DIRECT, "DIRECT");
    }

    @Test
    void shouldNameARankOfAnotherHost() {
        Exchange exchange = mine -> {
            byte[] theirs = mine.clone();
            theirs[15] ^= 1; // the last byte of the host's number
            return List.of(mine, theirs);
        };
        CollectiveException failure = assertThrows(CollectiveException.class, () -> openDirect(exchange));
        assertEquals(1, failure.rank());
        assertTrue(String.valueOf(failure.getMessage()).contains("another host"), failure::getMessage);
    }

    @Test
    void shouldNameARankOfAnotherVersion() {
        CollectiveException failure =
                assertThrows(CollectiveException.class, () -> openDirect(mine -> List.of(mine, new byte[8])));
        assertEquals(1, failure.rank());
    }

    private static void openDirect(Exchange exchange) {
        JobCommunicator.open(0, 2, exchange, CONFIG, JobTransport.DIRECT).close();
    }

    private static void assertDiffer(JobTransport first, JobTransport second, String named) {
        LocalExchange exchange = new LocalExchange(2);
        ConcurrentLinkedQueue<CollectiveException> failures = new ConcurrentLinkedQueue<>();
        Group.onThreads(
                2,
                rank -> failures.add(assertThrows(
                        CollectiveException.class,
                        () -> JobCommunicator.open(rank, 2, exchange.of(rank), CONFIG, rank == 0 ? first : second)
                                .close())));
        assertEquals(2, failures.size());
        for (CollectiveException failure : failures) {
            assertTrue(String.valueOf(failure.getMessage()).contains(named), failure::getMessage);
        }
        assertEquals(1, failures.stream().mapToInt(CollectiveException::rank).sum(), "each names the other");
    }

    @Test
    void shouldChooseByTheUsersFileUnlessToldOtherwise() {
        Map<String, String> environment = Map.of(CostFile.PATH, "/somewhere/costs");
        CommunicatorConfig open = CommunicatorConfig.DEFAULT.withTuning(Tuning.DEFAULT.withHost("mine"));
        assertEquals(
                open.tuning().withCostFile(Path.of("/somewhere/costs")),
                JobCommunicator.tuned(open, environment).tuning());
        Link link = new Link(1, 1);
        for (Tuning told : List.of(
                Tuning.DEFAULT.withThresholds(),
                Tuning.DEFAULT.withCostFile(Path.of("other")),
                Tuning.DEFAULT.withCosts(new Costs(link, link, 1, 1)))) {
            CommunicatorConfig config = CommunicatorConfig.DEFAULT.withTuning(told);
            assertEquals(config, JobCommunicator.tuned(config, environment));
        }
    }

    @Test
    void shouldMeasureOnceWhatIsInNoFile(@TempDir Path directory) {
        Path file = directory.resolve("costs");
        CommunicatorConfig config = CONFIG.withTuning(Tuning.DEFAULT.withCostFile(file));
        List<String> said = new ArrayList<>();
        for (CommunicatorConfig each : List.of(config.withAlgorithm(Algorithm.RING), config, config)) {
            LocalExchange exchange = new LocalExchange(2);
            Group.onThreads(2, rank -> {
                try (JobCommunicator job =
                        JobCommunicator.open(rank, 2, exchange.of(rank), each, JobTransport.DIRECT)) {
                    check(job.communicator());
                    if (rank == 0) {
                        said.add(job.choice());
                    }
                }
            });
        }
        assertTrue(said.get(0).startsWith("the algorithm is given"), said::toString);
        assertTrue(said.get(1).contains("kept in " + file), said::toString);
        assertTrue(said.get(2).contains("from " + file), said::toString);
    }

    @Test
    void shouldRefuseWhatNoJobCanHave() {
        assertThrows(IllegalArgumentException.class, () -> new Tuning(null, null, null, Path.of("costs"), 1, true));

        assertThrows(IllegalArgumentException.class, () -> JobPorts.of(new PortSpec.Memory()));
        assertThrows(IllegalArgumentException.class, () -> ports().withMtuBytes(100));
        assertThrows(IllegalArgumentException.class, () -> ports().withEngines(0));
        assertThrows(IllegalArgumentException.class, () -> ports().withPeerTimeoutNs(1));
    }
}
