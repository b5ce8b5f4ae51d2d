package io.heliograph.bindings.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** EAL starts once a process: every test has a process of its own. */
class EalTest {
    @BeforeAll
    static void needDpdk() {
        SharedEal.assumeDpdk();
    }

    @Test
    void shouldLeaveNothingBehindWhenStopped() {
        String output = ChildJvm.run(EalScenario.class, "start");
        assertTrue(output.contains("\nstopped\n"), output);
        assertTrue(output.contains("affinity kept true"), output);
        assertTrue(output.contains("version DPDK "), output);
        assertTrue(output.contains("second start: EAL was started before"), output);
        assertFalse(Files.exists(runtimeDirectory(output)), output);
    }

    @Test
    void shouldLogAndNotPrintWhenEalSpeaks() {
        String output = ChildJvm.run(EalScenario.class, "start", "--log-level=*:debug");
        assertTrue(output.contains("log has true"), output);
        assertFalse(output.contains("EAL: "), output);
    }

    @Test
    void shouldRemoveItsFilesWhenTheProcessJustEnds() {
        String output = ChildJvm.run(EalScenario.class, "exit");
        assertFalse(Files.exists(runtimeDirectory(output)), output);
    }

    @Test
    void shouldRemoveTheFilesOfTheDeadAndNotOfTheLivingWhenStarted() {
        try (ChildJvm dead = ChildJvm.start(EalScenario.class, "wait");
                ChildJvm living = ChildJvm.start(EalScenario.class, "wait")) {
            Path deadDirectory = runtimeDirectory(dead.readLine());
            Path livingDirectory = runtimeDirectory(living.readLine());
            dead.await("ready");
            living.await("ready");
            dead.kill();
            assertTrue(Files.exists(deadDirectory));
            ChildJvm.run(EalScenario.class, "start");
            assertFalse(Files.exists(deadDirectory));
            assertTrue(Files.exists(livingDirectory));
            living.kill();
        }
        ChildJvm.run(EalScenario.class, "start");
    }

    @Test
    void shouldSayWhyWhenArgumentsAreRefused() {
        String output = ChildJvm.run(EalScenario.class, "refused", "--no-such-option");
        assertTrue(output.contains("refusal: EAL did not start: "), output);
        assertTrue(output.contains("--no-such-option"), output);
        assertTrue(output.contains("Invalid 'command line' arguments"), output);
        assertTrue(output.contains("unrecognized option"), "what the C library prints is caught too: " + output);
        assertFalse(output.contains("--huge-dir"), "nor is its usage part of the reason: " + output);
        assertTrue(output.contains("second start: EAL was started"), output);
        assertEquals(2, output.lines().count(), "its usage is not printed: " + output);
    }

    @Test
    void shouldSayWhyWhenThePrivilegeIsMissing() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv (util-linux) absent");
        assumeTrue(System.getProperty("user.name").equals("root"), "not root: there is no privilege to take away");
        List<String> unprivileged = List.of("setpriv", "--bounding-set", "-net_raw,-net_admin", "--inh-caps", "-all");
        try (ChildJvm child =
                ChildJvm.start(unprivileged, List.of(), EalScenario.class, "device", "net_af_packet0,iface=lo")) {
            String output = child.finish();
            assertTrue(output.startsWith("refusal: device not added: device=net_af_packet0,iface=lo"), output);
            assertTrue(output.contains("CAP_NET_RAW"), output);
        }
    }

    @Test
    void shouldAllocateNothingWhenHot() {
        for (String flag : List.of("-XX:+DoEscapeAnalysis", "-XX:-DoEscapeAnalysis")) {
            try (ChildJvm child = ChildJvm.start(List.of(), List.of(flag), EalScenario.class, "allocation")) {
                assertEquals("allocated 0\n", child.finish(), flag);
            }
        }
    }

    @Test
    void shouldRefuseArgumentsThatEndTheProcess() {
        for (String argument : List.of("-h", "--help", "--he")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> EalArguments.defaults().with(argument));
        }
    }

    private static Path runtimeDirectory(String output) {
        String marker = "started in ";
        return Path.of(output.lines()
                .filter(line -> line.startsWith(marker))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output))
                .substring(marker.length()));
    }
}
