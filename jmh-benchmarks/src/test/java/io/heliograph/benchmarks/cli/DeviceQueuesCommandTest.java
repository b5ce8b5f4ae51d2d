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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --engines 2} over one device: a queue pair for each, in two processes that compare the data. */
@Timeout(180)
class DeviceQueuesCommandTest {

    private static final int MTU_BYTES = 1_500;
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"net_af_xdp0", "net_af_packet0"})
    void shouldWriteOverTwoQueuesOfAnInterface(String device) throws Exception {
        try (NetworkNamespaces namespaces = open(2)) {
            String port = "dpdk:" + device + ",iface=" + NetworkNamespaces.INTERFACE;
            write(namespaces.enter(0), port, namespaces.enter(1), port);
        }
    }

    @Test
    void shouldWriteOverTwoQueuesOfAMemif() throws Exception {
        assumeDpdk();
        String socket = ",socket-abstract=no,socket=" + directory.resolve("memif");
        write(List.of(), "dpdk:net_memif0,role=server" + socket, List.of(), "dpdk:net_memif0,role=client" + socket);
    }

    @Test
    void shouldSayHowManyQueuesThereAre() throws Exception {
        try (NetworkNamespaces namespaces = open(2);
                ChildProcess server = start(
                        namespaces.enter(0),
                        "server",
                        "dpdk:net_af_xdp0,iface=" + NetworkNamespaces.INTERFACE,
                        List.of("write-bw", "--listen", "unix:" + directory.resolve("s"), "--engines", "3"))) {
            assertEquals(Helio.ENVIRONMENT, server.await(LIMIT_SECONDS), server::said);
            assertTrue(
                    server.lastSentence().contains("fewer queue pairs than asked for: device=net_af_xdp0 queuePairs=2"),
                    server::said);
        }
    }

    private void write(List<String> serverPlace, String serverPort, List<String> clientPlace, String clientPort)
            throws Exception {
        String socket = "unix:" + directory.resolve("s");
        Path json = directory.resolve("result.json");
        try (ChildProcess server = start(
                        serverPlace, "server", serverPort, List.of("write-bw", "--listen", socket, "--engines", "2"));
                ChildProcess client = start(
                        clientPlace,
                        "client",
                        clientPort,
                        List.of(
                                "write-bw",
                                socket,
                                "--engines",
                                "2",
                                "-s",
                                "100000",
                                "-n",
                                "300",
                                "-w",
                                "0",
                                "--json",
                                json.toString()))) {
            assertEquals(0, client.await(LIMIT_SECONDS), client::said);
            assertEquals(0, server.await(LIMIT_SECONDS), server::said);
        }
        JsonNode result =
                new JsonMapper().readTree(json.toFile()).path("results").path(0);
        assertEquals(0, result.path("wrong").asInt(-1), result::toString);
    }

    private ChildProcess start(List<String> place, String name, String port, List<String> line) {
        List<String> all = new ArrayList<>(line);
        all.addAll(List.of("--port", port));
        return ChildProcess.start(place, directory.resolve(name + ".log"), all);
    }

    private static NetworkNamespaces open(int queues) throws InterruptedException {
        assumeDpdk();
        try {
            return NetworkNamespaces.open(MTU_BYTES, queues);
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
    }

    private static void assumeDpdk() {
        try {
            DpdkLibrary.load();
        } catch (EnvironmentException e) {
            abort(e.getMessage());
        }
    }
}
