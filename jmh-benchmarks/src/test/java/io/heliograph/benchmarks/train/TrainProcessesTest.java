package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.benchmarks.tour.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code helio train} as processes, with the real engine: where its jars were fetched, on the machine they are for. */
@Tag("slow")
@Timeout(600)
class TrainProcessesTest {
    private static final Path JARS = Path.of("djl", "target", "lib");
    private static final List<String> SMALL =
            List.of("train", "--images", "2000", "--held-out", "300", "--hidden", "32", "--bucket", "40000");

    @TempDir
    private Path directory = Path.of("");

    @BeforeAll
    static void shouldHaveTheEngine() {
        assumeTrue(
                System.getProperty("os.name").equals("Linux")
                        && System.getProperty("os.arch").equals("amd64"),
                "PyTorch is fetched for Linux on x86-64 alone");
        assumeTrue(Files.isDirectory(JARS), "no " + JARS + ": scripts/helio train or -Dgroups=slow fetches PyTorch");
    }

    @Test
    void shouldLearnTheSameAsOneProcessWithTheBatchesOfAll() throws Exception {
        Path json = directory.resolve("run.json");
        Path csv = directory.resolve("run.csv");
        Path plot = directory.resolve("run.svg");
        Process process = start(
                "-n",
                "3",
                "--batch",
                "16",
                "--steps",
                "60",
                "--tolerance",
                "1e-4",
                "--json",
                json.toString(),
                "--csv",
                csv.toString(),
                "--plot",
                plot.toString());
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), this::said);
        assertEquals(0, process.exitValue(), this::said);
        JsonNode document = new JsonMapper().readTree(json.toFile());
        assertTrue(document.path("passed").asBoolean(), this::said);
        JsonNode rows = document.path("results");
        assertEquals(60, rows.size());
        double farthest = 0;
        for (JsonNode row : rows) {
            farthest = Math.max(
                    farthest,
                    Math.abs(
                            row.path("loss").asDouble() - row.path("singleLoss").asDouble()));
        }
        assertTrue(farthest <= 1e-4, () -> document.path("summary").toString());
        assertTrue(rows.get(0).path("loss").asDouble() > 2, this::said); // of ten classes: ln 10 at the beginning
        assertTrue(document.path("summary").path("accuracyPercent").asDouble() > 40, this::said);
        assertEquals(0, document.path("summary").path("strayedRanks").asInt());
        assertEquals(61, Files.readAllLines(csv).size());
        assertTrue(Files.readString(plot).startsWith("<svg"));
    }

    @Test
    void shouldLearnTheSameWhereGradientsGoByPackets() throws Exception {
        String port = "shm:train-" + ProcessHandle.current().pid();
        Process process = start("-n", "2", "--steps", "40", "--tolerance", "1e-4", "--port", port);
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), this::said);
        assertEquals(0, process.exitValue(), this::said);
        assertTrue(said().contains("packets over " + port), this::said);
    }

    @Test
    void shouldFailWhenTheLossesDiffer() throws Exception {
        // Two orders of adding up a gradient are not the same bits for all of these steps.
        Process process = start("-n", "2", "--steps", "30", "--tolerance", "0");
        assertTrue(process.waitFor(300, TimeUnit.SECONDS), this::said);
        assertEquals(1, process.exitValue(), this::said);
        assertTrue(said().contains("more than 0.0"), this::said);
    }

    @Test
    void shouldLeaveNothingBehindWhenItIsEnded() throws Exception {
        Process process = start("-n", "2", "--steps", "10000000");
        try {
            while (process.isAlive() && !said().contains("\n        1 ")) {
                Thread.sleep(100);
            }
            List<ProcessHandle> ranks = process.descendants().toList();
            assertEquals(1, ranks.size(), this::said);
            process.destroy(); // SIGTERM, which the JVM treats as Ctrl-C's SIGINT
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), this::said);
            for (ProcessHandle rank : ranks) {
                rank.onExit().get(10, TimeUnit.SECONDS);
                assertFalse(rank.isAlive());
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(SMALL);
        arguments.addAll(List.of(options));
        List<String> line = new ArrayList<>(ChildProcess.commandLine(List.of(), arguments));
        line.removeLast(); // bound to no pipe: a terminal's command
        int classPath = line.indexOf("-cp") + 1;
        try (Stream<Path> jars = Files.list(JARS)) {
            StringBuilder all = new StringBuilder(line.get(classPath));
            jars.forEach(jar -> all.append(':').append(jar.toAbsolutePath()));
            line.set(classPath, all.toString());
        }
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("said").toFile())
                .start();
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("said"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
