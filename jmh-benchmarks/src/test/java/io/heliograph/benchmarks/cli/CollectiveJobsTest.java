package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
import io.heliograph.benchmarks.versus.Veth;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DpdkLibrary;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs by packets, each rank started by hand with its variables: on one machine, over two, and what becomes of them when a rank is killed. */
@Timeout(300)
class CollectiveJobsTest {
    private static final String NAME = "jobs-" + ProcessHandle.current().pid();
    private static final List<String> BRIEF =
            List.of("-b", "256", "-e", "64k", "-f", "256", "-D", "0.01", "-w", "0", "--costs", "off");
    /** The peer timeout, half a second of waiting before anybody asks, and what a busy machine adds. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(3 + 1 + 10);

    @TempDir
    private Path directory = Path.of("");

    private HandStartedRanks ranks = new HandStartedRanks(directory);

    @BeforeEach
    void startNone() {
        ranks = new HandStartedRanks(directory);
    }

    @AfterEach
    void endAll() {
        ranks.close();
    }

    private static List<String> line(List<String> first, String... more) {
        List<String> line = new ArrayList<>(first);
        line.addAll(BRIEF);
        line.addAll(List.of(more));
        return line;
    }

    @Test
    void shouldReduceByPacketsInProcessesOfOneMachine() throws Exception {
        Path json = directory.resolve("run.json");
        Path plot = directory.resolve("run.svg");
        ranks.start(
                3,
                line(
                        List.of("allreduce", "--port", "shm:" + NAME, "--fault", "loss=0.01", "--peer-timeout", "60"),
                        "--json",
                        json.toString(),
                        "--plot",
                        plot.toString()));
        ranks.assertAllEnd(0);
        assertTrue(ranks.get(0).said().contains("packets over shm:" + NAME), ranks.get(0)::said);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertEquals(4, document.path("results").size(), document::toString);
        for (JsonNode row : document.path("results")) {
            assertEquals("packet", row.path("carrier").asText(), row::toString);
            assertEquals(0, row.path("wrong").asInt(-1), row::toString);
            assertTrue(row.path("checked").asBoolean(), row::toString);
        }
        assertTrue(Files.readString(plot).contains("3 ranks, float, by packets"), () -> "no such title");
        assertNothingIsLeft();
    }

    private static void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    @Test
    void shouldNameARankThatIsKilled() throws Exception {
        ranks.start(
                3,
                List.of(
                        "allreduce",
                        "--port",
                        "shm:" + NAME,
                        "--agent",
                        "--peer-timeout",
                        "3",
                        "-b",
                        "64k",
                        "-e",
                        "64k",
                        "-D",
                        "100",
                        "-w",
                        "0",
                        "--costs",
                        "off"));
        // So that all have met.
        ranks.awaitSaid(0, "busbw");
        long killedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(2).process().destroyForcibly();
        for (int rank = 0; rank < 2; rank++) {
            ChildProcess other = ranks.get(rank);
            assertEquals(1, other.await(HandStartedRanks.LIMIT_SECONDS), other::said);
            assertTrue(other.lastSentence().startsWith("rank " + rank + ": rank 2 "), other::said);
        }
        long tookNs = SystemClock.INSTANCE.nowNs() - killedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        assertNothingIsLeft();
    }

    /** Each of two ranks sends as many bytes as the buffer has. */
    @Test
    void shouldPaceRanksByTheirTable() throws Exception {
        Path json = directory.resolve("run.json");
        Path rates = directory.resolve("rates.csv");
        Files.writeString(rates, """
                line_rate_bps,1000000000
                source,destination,class,period_ns,start_ns,rate_bps
                10.0.0.1,10.0.0.2,0,,,40000000
                10.0.0.2,10.0.0.1,0,,,40000000
                """);
        ranks.start(
                2,
                line(
                        List.of("allreduce", "--port", "shm:" + NAME, "--address", "10.0.0.1"),
                        "--rates",
                        rates.toString(),
                        "--json",
                        json.toString()));
        ranks.assertAllEnd(0);
        assertTrue(ranks.get(0).said().contains(rates.toString()), ranks.get(0)::said);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        int large = 0;
        for (JsonNode row : document.path("results")) {
            assertEquals(0, row.path("wrong").asInt(-1), row::toString);
            if (row.path("sizeBytes").asLong() == 64 << 10) {
                large++;
                double busBitsPerSecond = 8e9 * row.path("busbwGBPerSecond").asDouble(Double.NaN);
                assertTrue(busBitsPerSecond < 40e6 && busBitsPerSecond > 10e6, row::toString);
            }
        }
        assertEquals(2, large, document::toString);
    }

    @Test
    void shouldRefuseRatesWithoutPackets() throws Exception {
        ranks.start(1, line(List.of("allreduce", "--rates", "rates.csv")));
        assertEquals(2, ranks.get(0).await(HandStartedRanks.LIMIT_SECONDS), ranks.get(0)::said);
        assertTrue(ranks.get(0).said().contains("--rates is for packets"), ranks.get(0)::said);
    }

    @Test
    void shouldSayThatARanksOwnAddressIsNone() throws Exception {
        ranks.start(
                0,
                1,
                "127.0.0.1",
                LauncherRun.freePort(),
                List.of("env", "HELIO_ADDRESS=nowhere"),
                line(List.of("allreduce", "--port", "shm:x")));
        assertEquals(3, ranks.get(0).await(HandStartedRanks.LIMIT_SECONDS), ranks.get(0)::said);
        assertTrue(ranks.get(0).said().contains("HELIO_ADDRESS"), ranks.get(0)::said);
    }

    @Test
    void shouldReduceOverTwoHosts() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "not root: no network namespaces");
        try {
            DpdkLibrary.load();
        } catch (EnvironmentException e) {
            abort(e.getMessage());
        }
        try (NetworkNamespaces hosts = openNamespaces()) {
            // The kernel's addresses are for the rendezvous; the transport has others.
            new Veth(hosts, 1500, 0, 1).configure();
            Path json = directory.resolve("run.json");
            int port = LauncherRun.freePort();
            for (int rank = 0; rank < 2; rank++) {
                List<String> before = new ArrayList<>(hosts.enter(rank));
                before.addAll(List.of("env", "HELIO_ADDRESS=198.18.9." + (7 - rank)));
                ranks.start(
                        rank,
                        2,
                        "198.18.0.1",
                        port,
                        before,
                        line(
                                List.of(
                                        "allreduce",
                                        "--endpoint",
                                        "auto",
                                        "--hosts",
                                        "1,1",
                                        "--port",
                                        "dpdk:net_af_packet0,iface=" + NetworkNamespaces.INTERFACE,
                                        "--peer-timeout",
                                        "60"),
                                "--json",
                                json.toString()));
            }
            ranks.assertAllEnd(0);
            String said = ranks.get(0).said();
            assertTrue(said.contains("packets over dpdk:net_af_packet0"), said);
            assertTrue(said.contains("rank 0 at 198.18.9.7"), said);
            assertTrue(said.contains("ranks by host: 1,1"), said);
            JsonNode document = new JsonMapper().readTree(json.toFile());
            assertEquals(4, document.path("results").size(), document::toString);
            assertTrue(!document.path("environment").path("dpdk").asText().isEmpty(), document::toString);
        }
    }

    /** Two, or the test is skipped with the reason. */
    static NetworkNamespaces openNamespaces() throws InterruptedException {
        try {
            return NetworkNamespaces.open(1500);
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
    }
}
