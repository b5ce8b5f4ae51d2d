package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
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

/** A controller in a process of its own, and ranks in theirs: they end rightly whichever of them is killed, and what leaves outside a slot is counted. */
@Timeout(300)
class ArbiterServeTest {
    private static final String NAME = "arbiter-" + ProcessHandle.current().pid();
    private static final int NODES = 3;
    private static final int ENDED_BY_SIGTERM = 143;
    /** The peer timeout, half a second of waiting before anybody asks, and what a busy machine adds. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(3 + 1 + 10);
    /** Packets that may leave late because their process was stopped in between; without waiting for slots nearly all would. */
    private static final double MOST_OUTSIDE = 0.1;

    private static final List<String> JOB = List.of(
            "alltoall",
            "--port",
            "shm:" + NAME,
            "--controller",
            "198.19.255.254",
            "-b",
            "192k",
            "-e",
            "192k",
            "-w",
            "0",
            "--costs",
            "off");

    @TempDir
    private Path directory = Path.of("");

    private final List<ChildProcess> controllers = new ArrayList<>();
    private HandStartedRanks ranks = new HandStartedRanks(directory);

    @BeforeEach
    void startNone() {
        ranks = new HandStartedRanks(directory);
    }

    @AfterEach
    void endAll() {
        ranks.close();
        controllers.forEach(ChildProcess::close);
    }

    private ChildProcess serve(String... more) {
        List<String> line = new ArrayList<>(List.of(
                "arbiter",
                "--serve",
                "--port",
                "shm:" + NAME,
                "--nodes",
                Integer.toString(NODES),
                "--slot",
                "1000"));
        line.addAll(List.of(more));
        ChildProcess controller =
                ChildProcess.start(List.of(), directory.resolve("controller" + controllers.size()), line);
        controllers.add(controller);
        return controller;
    }

    private static List<String> job(String... more) {
        List<String> line = new ArrayList<>(JOB);
        line.addAll(List.of(more));
        return line;
    }

    @Test
    void shouldEndRightlyWhenTheControllerIsKilledAndAnotherComes() throws Exception {
        Path json = directory.resolve("run.json");
        Path totals = directory.resolve("totals.json");
        ChildProcess first = serve();
        ranks.start(NODES, job("-D", "0.3", "--peer-timeout", "60", "--json", json.toString()));
        // So that all have met: from here on they measure.
        ranks.awaitSaid(0, "busbw");
        first.process().destroyForcibly().waitFor();
        ChildProcess second = serve("--json", totals.toString());
        ranks.assertAllEnd(0);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertTrue(!document.path("results").isEmpty(), document::toString);
        for (JsonNode row : document.path("results")) {
            assertEquals(0, row.path("wrong").asInt(-1), row::toString);
            assertTrue(row.path("checked").asBoolean(), row::toString);
        }
        JsonNode slots = document.path("slots");
        long packets = slots.path("packets").asLong();
        assertTrue(slots.path("used").asLong() > 0 && packets > 0, slots::toString);
        assertTrue(slots.path("packetsOutside").asLong(-1) <= MOST_OUTSIDE * packets, slots::toString);
        second.process().destroy();
        assertEquals(ENDED_BY_SIGTERM, second.await(HandStartedRanks.LIMIT_SECONDS), second::said);
        assertTrue(second.said().contains("served " + NODES + " nodes"), second::said);
        JsonNode row = new JsonMapper().readTree(totals.toFile()).path("results").path(0);
        assertTrue(row.path("chunks").asLong() > 0, row::toString);
        assertEquals(0, row.path("malformed").asLong(-1), row::toString);
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
        serve();
        ranks.start(NODES, job("-D", "100", "--peer-timeout", "3"));
        ranks.awaitSaid(0, "busbw");
        long killedNs = SystemClock.INSTANCE.nowNs();
        ranks.get(2).process().destroyForcibly();
        for (int rank = 0; rank < 2; rank++) {
            ChildProcess other = ranks.get(rank);
            assertEquals(Helio.FAILED, other.await(HandStartedRanks.LIMIT_SECONDS), other::said);
            assertTrue(other.lastSentence().startsWith("rank " + rank + ": rank 2 "), other::said);
        }
        long tookNs = SystemClock.INSTANCE.nowNs() - killedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
    }

    /** Data and control by the same device: the controller, and each rank, at a host of its own. */
    @Test
    void shouldServeHostsByPacketsOfAnInterface() throws Exception {
        try {
            DpdkLibrary.load();
        } catch (EnvironmentException e) {
            abort(e.getMessage());
        }
        String device = "dpdk:net_af_packet0,iface=" + NetworkNamespaces.INTERFACE;
        try (BridgedNamespaces hosts = BridgedNamespaces.open(3, 1500)) {
            ChildProcess controller = ChildProcess.start(
                    hosts.enter(2),
                    directory.resolve("controller"),
                    List.of("arbiter", "--serve", "--port", device, "--nodes", "2", "--slot", "2000"));
            controllers.add(controller);
            Path json = directory.resolve("run.json");
            int port = LauncherRun.freePort();
            for (int rank = 0; rank < 2; rank++) {
                ranks.start(
                        rank,
                        2,
                        BridgedNamespaces.address(0),
                        port,
                        hosts.enter(rank),
                        List.of(
                                "alltoall",
                                "--port",
                                device,
                                "--controller",
                                "198.19.255.254",
                                "--peer-timeout",
                                "60",
                                "-b",
                                "128k",
                                "-e",
                                "128k",
                                "-D",
                                "0.01",
                                "-w",
                                "0",
                                "--costs",
                                "off",
                                "--json",
                                json.toString()));
            }
            ranks.assertAllEnd(0);
            JsonNode document = new JsonMapper().readTree(json.toFile());
            for (JsonNode row : document.path("results")) {
                assertEquals(0, row.path("wrong").asInt(-1), row::toString);
            }
            JsonNode slots = document.path("slots");
            long packets = slots.path("packets").asLong();
            assertTrue(slots.path("used").asLong() > 0 && packets > 0, slots::toString);
            assertTrue(slots.path("packetsOutside").asLong(-1) <= MOST_OUTSIDE * packets, slots::toString);
        }
    }

    @Test
    void shouldSayThatThereIsNoController() {
        HelioRun run = HelioRun.of(job("-n", "1", "--timeout", "0.3").toArray(String[]::new));
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
        assertTrue(run.err().contains("no controller: 198.19.255.254:52852 did not answer node 0"), run::toString);
    }

    @Test
    void shouldSayThatTheControllerIsGone() throws Exception {
        ChildProcess controller = serve();
        ranks.start(2, job("-D", "100", "--timeout", "2"));
        ranks.awaitSaid(0, "busbw");
        controller.process().destroyForcibly();
        for (int rank = 0; rank < 2; rank++) {
            ChildProcess other = ranks.get(rank);
            assertEquals(Helio.FAILED, other.await(HandStartedRanks.LIMIT_SECONDS), other::said);
            assertTrue(other.said().contains("the controller at 198.19.255.254:52852 is silent"), other::said);
        }
    }

    @Test
    void shouldServeForAWhile() {
        HelioRun run = HelioRun.of("arbiter", "--serve", "--port=shm:" + NAME + "-brief", "--nodes=2", "-D=0.05");
        assertEquals(Helio.PASSED, run.code(), run::toString);
        assertTrue(run.out().contains("serves 2 nodes at 198.19.255.254:52852 over shm:"), run::toString);
        assertTrue(run.out().contains("served 0 nodes for 0."), run::toString);
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertRefused("--port", "--nodes=2");
        assertRefused("--nodes", "--port=shm:x");
        assertRefused("--nodes", "--port=shm:x", "--nodes=2,3");
        assertRefused("nodes=1", "--port=shm:x", "--nodes=1");
        assertRefused("--seconds is for measuring", "--port=shm:x", "--nodes=2", "--seconds=1");
        assertRefused("--slot 10.0: a chunk", "--port=shm:x", "--nodes=2", "--slot=10");
        assertRefused("--slot", "--port=shm:x", "--nodes=2", "--slot=-1");
        assertRefused("--report", "--port=shm:x", "--nodes=2", "--report=0");
        assertRefused("--mtu", "--port=shm:x", "--nodes=2", "--mtu=1000");
        assertRefused("batchSlots=65", "--port=shm:x", "--nodes=2", "--batch=65");
        assertRefused("--lead", "--port=shm:x", "--nodes=2", "--lead=0");
        assertRefused("--link", "--port=shm:x", "--nodes=2", "--link=0");
        assertRefused("not a controller's address", "--port=shm:x", "--nodes=2", "--address=10.0.0.1:x");
        assertRefused("--duration", "--port=shm:x", "--nodes=2", "--duration=0");
        assertRefused("memory", "--port=memory", "--nodes=2");
        HelioRun measuring = HelioRun.of("arbiter", "--port=shm:x");
        assertEquals(Helio.USAGE, measuring.code(), measuring::toString);
        assertTrue(measuring.err().contains("--port is for --serve"), measuring::toString);
        assertJobRefused("not a controller's address", "--port=shm:x", "--controller=10.0.0.1:x");
        assertJobRefused("one engine", "--port=shm:x", "--controller=10.0.0.1", "--engines=2");
        assertJobRefused("is for packets", "--controller=10.0.0.1");
    }

    private static void assertRefused(String because, String... options) {
        List<String> line = new ArrayList<>(List.of("arbiter", "--serve"));
        line.addAll(List.of(options));
        assertMistake(because, line);
    }

    private static void assertJobRefused(String because, String... options) {
        List<String> line = new ArrayList<>(List.of("alltoall", "-n", "1"));
        line.addAll(List.of(options));
        assertMistake(because, line);
    }

    private static void assertMistake(String because, List<String> line) {
        HelioRun run = HelioRun.of(line.toArray(String[]::new));
        assertEquals(Helio.USAGE, run.code(), run::toString);
        assertTrue(run.err().contains(because), run::toString);
    }
}
