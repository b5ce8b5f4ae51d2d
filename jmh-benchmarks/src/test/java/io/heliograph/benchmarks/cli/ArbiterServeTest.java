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
import io.heliograph.testing.ChildJvm;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller in a process of its own, and ranks in theirs: they end rightly whichever of them is killed, and what leaves outside a slot is counted. */
@Timeout(300)
class ArbiterServeTest {
    private static final String NAME = "arbiter-" + ProcessHandle.current().pid();
    private static final String ADDRESS = "198.19.255.254";
    private static final int NODES = 3;
    private static final int EXCHANGES = 24;
    /** Processes that end before a better compiler would be of use. */
    private static final List<String> BRIEF = List.of("-XX:TieredStopAtLevel=1", "-Xmx256m");

    private static final int ENDED_BY_SIGTERM = 143;
    /** The peer timeout, half a second of waiting before anybody asks, and what a busy machine adds. */
    private static final long BOUND_NS = TimeUnit.SECONDS.toNanos(3 + 1 + 10);
    /** Of packets: those whose process was stopped between two looks at the clock. On a machine where each process runs a tenth of the time, it may be many. */
    private static final double MOST_OUTSIDE = 0.2;

    private static final List<String> JOB = List.of("alltoall", "--port", "shm:" + NAME, "--controller", ADDRESS);

    @TempDir
    private Path directory = Path.of("");

    private final List<ChildProcess> controllers = new ArrayList<>();
    private final List<ChildJvm> jvms = new ArrayList<>();

    @AfterEach
    void endAll() {
        jvms.forEach(ChildJvm::close);
        controllers.forEach(ChildProcess::close);
    }

    private ChildProcess serve(String... more) {
        List<String> line = new ArrayList<>(List.of(
                "arbiter", "--serve", "--port", "shm:" + NAME, "--nodes", Integer.toString(NODES), "--slot", "1000"));
        line.addAll(List.of(more));
        ChildProcess controller =
                ChildProcess.start(List.of(), BRIEF, directory.resolve("controller" + controllers.size()), line);
        controllers.add(controller);
        return controller;
    }

    /** Ranks that exchange so often; a call waits for so long, and who is silent for so long is gone. */
    private void start(int exchanges, int timeoutSeconds, int peerTimeoutSeconds) throws IOException {
        int port = LauncherRun.freePort();
        for (int rank = 0; rank < NODES; rank++) {
            start(
                    List.of(),
                    rank,
                    NODES,
                    "127.0.0.1",
                    port,
                    "shm:" + NAME,
                    exchanges,
                    timeoutSeconds,
                    peerTimeoutSeconds);
        }
    }

    private void start(
            List<String> before,
            int rank,
            int size,
            String master,
            int masterPort,
            String port,
            int exchanges,
            int timeoutSeconds,
            int peerTimeoutSeconds) {
        List<String> prefix = new ArrayList<>(before);
        prefix.addAll(List.of(
                "env",
                "RANK=" + rank,
                "WORLD_SIZE=" + size,
                "MASTER_ADDR=" + master,
                "MASTER_PORT=" + masterPort,
                "HELIO_SECRET=known to these ranks alone"));
        jvms.add(ChildJvm.start(
                prefix,
                BRIEF,
                SlottedRank.class,
                port,
                ADDRESS,
                Integer.toString(exchanges),
                Integer.toString(timeoutSeconds),
                Integer.toString(peerTimeoutSeconds)));
    }

    /** Waits for all, which exchanged that often, and whose packets left in their slots but for some. */
    private void assertAllExchange(int exchanges) {
        long packets = 0;
        long outside = 0;
        List<String> lines = new ArrayList<>();
        for (ChildJvm rank : jvms) {
            rank.await("exchanged " + (exchanges - 1));
            String line = rank.readLine();
            lines.add(line);
            String[] counts = line.split(" ", -1);
            assertEquals("slots", counts[0], line);
            assertEquals(0, Long.parseLong(counts[1]), "wrong words");
            assertTrue(Long.parseLong(counts[2]) > 0, line);
            packets += Long.parseLong(counts[3]);
            outside += Long.parseLong(counts[4]);
            rank.finish();
        }
        assertTrue(packets > 0 && outside <= MOST_OUTSIDE * packets, lines::toString);
    }

    private static List<String> job(String... more) {
        List<String> line = new ArrayList<>(JOB);
        line.addAll(List.of(more));
        return line;
    }

    @Test
    void shouldEndRightlyWhenTheControllerIsKilledAndAnotherComes() throws Exception {
        Path totals = directory.resolve("totals.json");
        ChildProcess first = serve();
        start(EXCHANGES, 60, 60);
        jvms.getFirst().await("exchanged " + EXCHANGES / 4);
        first.process().destroyForcibly().waitFor();
        ChildProcess second = serve("--json", totals.toString());
        assertAllExchange(EXCHANGES);
        assertEndsBySigterm(second, "served " + NODES + " nodes");
        JsonNode row =
                new JsonMapper().readTree(totals.toFile()).path("results").path(0);
        assertTrue(row.path("chunks").asLong() > 0, row::toString);
        assertEquals(0, row.path("malformed").asLong(-1), row::toString);
        assertNothingIsLeft();
    }

    private static void assertEndsBySigterm(ChildProcess controller, String says) throws InterruptedException {
        // Not that of the process, which closes its standard input as well: that is another reason to end.
        assertTrue(controller.process().toHandle().destroy());
        assertEquals(ENDED_BY_SIGTERM, controller.await(HandStartedRanks.LIMIT_SECONDS), controller::said);
        assertTrue(controller.said().contains(says), controller::said);
    }

    private static void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().contains(NAME)).toList());
        }
    }

    @Test
    void shouldNameARankThatIsKilledAndThenAControllerThatIs() throws Exception {
        ChildProcess controller = serve();
        start(Integer.MAX_VALUE, 60, 3);
        jvms.forEach(rank -> rank.await("exchanged 1"));
        long killedNs = SystemClock.INSTANCE.nowNs();
        jvms.get(2).kill();
        for (int rank = 0; rank < 2; rank++) {
            String failed = failure(jvms.get(rank));
            assertTrue(failed.startsWith("failed: rank 2 "), failed);
            jvms.get(rank).finish();
        }
        long tookNs = SystemClock.INSTANCE.nowNs() - killedNs;
        assertTrue(tookNs < BOUND_NS, "took " + tookNs + " ns");
        // The same controller serves the next job.
        start(Integer.MAX_VALUE, 2, 60);
        List<ChildJvm> next = jvms.subList(NODES, 2 * NODES);
        next.forEach(rank -> rank.await("exchanged 1"));
        controller.process().destroyForcibly().waitFor();
        for (ChildJvm rank : next) {
            String failed = failure(rank);
            assertTrue(failed.contains("the controller at " + ADDRESS + ":52852 is silent"), failed);
        }
    }

    private static String failure(ChildJvm rank) {
        String line = rank.readLine();
        while (line.startsWith("exchanged ")) {
            line = rank.readLine();
        }
        return line;
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
                    BRIEF,
                    directory.resolve("controller"),
                    List.of("arbiter", "--serve", "--port", device, "--nodes", "2", "--slot", "2000"));
            controllers.add(controller);
            int port = LauncherRun.freePort();
            for (int rank = 0; rank < 2; rank++) {
                start(hosts.enter(rank), rank, 2, BridgedNamespaces.address(0), port, device, EXCHANGES / 4, 60, 60);
            }
            assertAllExchange(EXCHANGES / 4);
            assertEndsBySigterm(controller, "served 2 nodes");
        }
    }

    @Test
    void shouldSayThatThereIsNoController() {
        HelioRun run = HelioRun.of(job("-n", "1", "--timeout", "0.3").toArray(String[]::new));
        assertEquals(Helio.ENVIRONMENT, run.code(), run::toString);
        assertTrue(run.err().contains("no controller: 198.19.255.254:52852 did not answer node 0"), run::toString);
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
