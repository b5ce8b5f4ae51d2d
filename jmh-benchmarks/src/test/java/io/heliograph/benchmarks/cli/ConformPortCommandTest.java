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

/** {@code helio conform --device port:SPEC}: a device in another process is judged over shared memory and over an Ethernet. */
@Timeout(180)
class ConformPortCommandTest {
    private static final int MTU_BYTES = 1_500;
    private static final long LIMIT_SECONDS = 100;

    @TempDir
    private Path directory = Path.of("");

    private ChildProcess start(List<String> place, String name, List<String> line) {
        return ChildProcess.start(place, directory.resolve(name + ".log"), line);
    }

    private String agent() {
        return "unix:" + directory.resolve("agent");
    }

    /** Patient, for the other process may take its time to start and to run. */
    private List<String> kit(String port, String... more) {
        List<String> line = new ArrayList<>(List.of("conform", "--device", "port:" + port, "--agent", agent()));
        line.addAll(List.of("--patience", "30000", "--tolerance", "1000"));
        line.addAll(List.of(more));
        return line;
    }

    @Test
    void shouldJudgeDeviceOfAnotherProcess() throws Exception {
        String port = "shm:conform-" + ProcessHandle.current().pid();
        Path json = directory.resolve("report.json");
        try (ChildProcess device =
                start(List.of(), "device", List.of("conform-agent", "--port", port, "--listen", agent(), "--once"))) {
            HelioRun run = HelioRun.of(
                    kit(port, "--rule", "R4.2", "--rule", "R2.2", "--rule", "R2.3", "--json", json.toString())
                            .toArray(String[]::new));
            assertEquals(Helio.PASSED, run.code(), () -> run + device.said());
            assertTrue(run.out().contains("R4.2   pass"), run::out);
            assertTrue(run.out().contains("(software endpoint)"), run::out);
            assertEquals(0, device.await(LIMIT_SECONDS), device::said);
        }
        JsonNode report = new JsonMapper().readTree(json.toFile());
        assertEquals("heliograph.run/1", report.path("schema").asText());
        assertTrue(report.path("passed").asBoolean(), report::toString);
        assertTrue(report.path("results").size() > 100, report::toString);
    }

    @Test
    void shouldJudgeDeviceAtTheOtherEndOfAnEthernet() throws Exception {
        try (NetworkNamespaces namespaces = open()) {
            String port = "dpdk:net_af_packet0,iface=" + NetworkNamespaces.INTERFACE;
            try (ChildProcess device = start(
                            namespaces.enter(0),
                            "device",
                            List.of("conform-agent", "--port", port, "--listen", agent(), "--once"));
                    ChildProcess kit =
                            start(namespaces.enter(1), "kit", kit(port, "--rule", "R4.2", "--rule", "R2.3"))) {
                assertEquals(0, kit.await(LIMIT_SECONDS), () -> kit.said() + device.said());
                assertEquals(0, device.await(LIMIT_SECONDS), device::said);
                assertTrue(kit.said().contains("R4.2   pass"), kit::said);
            }
        }
    }

    private static NetworkNamespaces open() throws InterruptedException {
        try {
            DpdkLibrary.load();
            return NetworkNamespaces.open(MTU_BYTES);
        } catch (EnvironmentException e) {
            return abort(String.valueOf(e.getMessage()));
        }
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        List<List<String>> lines = List.of(
                List.of("--device", "port:memory", "--agent", "localhost"),
                List.of("--device", "port:nonsense", "--agent", "localhost"),
                List.of("--device", "port:shm:x"),
                List.of("--device", "port:shm:x", "--address", "198.18.0.1"),
                List.of("--device", "port:shm:x", "--address", "198.18.0.1", "--region", "1:2:3"),
                List.of("--device", "port:shm:x", "--agent", "localhost", "--window", "64"),
                List.of("--device", "port:shm:x", "--agent", "localhost", "--settle", "0"),
                List.of("--device", "endpoint", "--agent", "localhost"),
                List.of("--device", "endpoint", "--window", "64"),
                List.of("--device", "emulator", "--engines", "2"),
                List.of("--device", "capture:x.pcap", "--slowdown", "2"),
                List.of("--device", "capture:x.pcap", "--seeds", "2"));
        for (List<String> each : lines) {
            List<String> line = new ArrayList<>(List.of("conform"));
            line.addAll(each);
            HelioRun run = HelioRun.of(line.toArray(String[]::new));
            assertEquals(Helio.USAGE, run.code(), () -> line + " " + run);
        }
    }
}
