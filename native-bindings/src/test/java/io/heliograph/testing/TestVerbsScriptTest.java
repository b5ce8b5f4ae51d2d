package io.heliograph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts/test-verbs makes of a machine that was not done in time: a copy of it beside one that only says so. */
class TestVerbsScriptTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String PORT_CONTRACT = "io.heliograph.transport.port.VerbsPortContractTest";
    private static final String ENDPOINT_CONTRACT = "io.heliograph.transport.verbs.VerbsEndpointContractTest";
    private static final int TIME_UP = 124;

    private record Outcome(int status, String said) {}

    @TempDir
    Path directory;

    @BeforeEach
    void copy() throws IOException {
        Path scripts = Files.createDirectories(directory.resolve("scripts"));
        for (String name : new String[] {"test-verbs", "lib.sh"}) {
            Files.copy(ROOT.resolve("scripts").resolve(name), scripts.resolve(name));
        }
        Files.copy(ROOT.resolve("pom.xml"), directory.resolve("pom.xml"));
    }

    /** A machine that runs this, whatever it is told, and ends with {@code status}. */
    private Outcome run(int status, String machine) throws IOException, InterruptedException {
        Path stub = directory.resolve("scripts/verbs-vm");
        Files.writeString(
                stub,
                "#!/bin/sh\n[ \"$1\" != --prepare ] || exit 0\n" + machine + "\nexit " + status + "\n",
                StandardCharsets.UTF_8);
        assertTrue(stub.toFile().setExecutable(true));
        ProcessBuilder script = new ProcessBuilder(
                "bash",
                directory.resolve("scripts/test-verbs").toString(),
                "--silence",
                "1",
                "io.heliograph.bindings.verbs.VerbsTest",
                PORT_CONTRACT,
                ENDPOINT_CONTRACT);
        script.environment().put("HELIOGRAPH_VERBS_CLASSPATH", "none");
        script.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = script.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), said);
    }

    @Test
    void shouldCallItSlownessWhenTestsPassedUntilTheEnd() throws IOException, InterruptedException {
        Outcome outcome = run(TIME_UP, "echo PASSED VerbsPortContractTest.a; echo PASSED VerbsEndpointContractTest.b");
        assertEquals(4, outcome.status(), outcome.said());
        assertTrue(outcome.said().contains("with 2 tests passed"), outcome.said());
    }

    @Test
    void shouldFailWhenNothingPassed() throws IOException, InterruptedException {
        Outcome outcome = run(TIME_UP, "echo something else");
        assertEquals(1, outcome.status(), outcome.said());
        assertTrue(outcome.said().contains("FAILED: no test passed within"), outcome.said());
    }

    @Test
    void shouldFailWhenNothingPassedForLong() throws IOException, InterruptedException {
        Outcome outcome =
                run(TIME_UP, "echo PASSED VerbsPortContractTest.a; echo PASSED VerbsEndpointContractTest.b; sleep 3");
        assertEquals(1, outcome.status(), outcome.said());
        assertTrue(outcome.said().contains("something hangs"), outcome.said());
    }

    @Test
    void shouldFailWhenAContractWasNotReached() throws IOException, InterruptedException {
        Outcome outcome = run(TIME_UP, "echo PASSED VerbsTest.a; echo PASSED VerbsPortContractTest.b");
        assertEquals(1, outcome.status(), outcome.said());
        assertTrue(outcome.said().contains("no test of VerbsEndpointContractTest passed"), outcome.said());
    }

    @Test
    void shouldFailWhenATestDid() throws IOException, InterruptedException {
        String machine = "echo PASSED VerbsPortContractTest.a; echo PASSED VerbsEndpointContractTest.b; echo FAILED c";
        assertEquals(1, run(TIME_UP, machine).status());
        assertEquals(1, run(1, machine).status());
    }

    @Test
    void shouldFailWhenTheContractsFoundNoDeviceThoughAllEndedWell() throws IOException, InterruptedException {
        assertEquals(
                0,
                run(0, "echo PASSED VerbsPortContractTest.a; echo PASSED VerbsEndpointContractTest.b")
                        .status());
        Outcome outcome = run(0, "echo PASSED VerbsPortContractTest.a");
        assertEquals(1, outcome.status(), outcome.said());
        assertTrue(outcome.said().contains("found a device"), outcome.said());
    }
}
