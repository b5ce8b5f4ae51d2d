package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformCommandTest {
    @TempDir
    private Path directory;

    @Test
    void shouldJudgeDevicesAndTheirCaptures() {
        HelioRun emulator = HelioRun.of(
                "conform", "--device", "emulator", "--rule", "R9.1", "--seeds", "2", "--pcap", directory.toString());
        assertEquals(Helio.PASSED, emulator.code(), emulator::toString);
        assertTrue(emulator.out().contains("R9.1   pass"), emulator::out);
        HelioRun capture = HelioRun.of(
                "conform",
                "--device",
                "capture:" + directory.resolve("single-losses-1.pcapng"),
                "--address",
                "198.18.0.1",
                "--at-device");
        assertEquals(Helio.PASSED, capture.code(), capture::toString);
        assertTrue(capture.out().contains("pacing (R12.2) was not judged"), capture::out);
    }

    @Test
    void shouldFailWhenRuleIsBroken() throws IOException {
        Path file = directory.resolve("own.yaml");
        Files.writeString(
                file,
                "- scenario: own\n  says: x\n  rules: [R4.1]\n  steps:\n    - send: {}\n    - memory: {at: 0, bytes: \"07\"}\n");
        HelioRun run = HelioRun.of("conform", "--device", "endpoint", "--scenarios", file.toString());
        assertEquals(Helio.FAILED, run.code(), run::toString);
        assertTrue(run.out().contains("R4.1   FAIL"), run::out);
        assertTrue(run.out().contains("must hold 0x07 (own.yaml:6)"), run::out);
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        assertEquals(Helio.USAGE, HelioRun.of("conform").code());
        assertEquals(Helio.USAGE, HelioRun.of("conform", "--device", "toaster").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("conform", "--device", "endpoint", "--rule", "R99").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("conform", "--device", "endpoint", "--vcd", "x.vcd").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("conform", "--device", "capture:/nowhere.pcap").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("conform", "--device", "endpoint", "--scenarios", "pom.xml")
                        .code());
    }
}
