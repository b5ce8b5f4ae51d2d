package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.dut.EmulatorDevice;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Correct devices pass every scenario, whatever the seed; every rule has a scenario, or a reason why not. */
class ConformanceTest {
    /** The endpoint's; {@code helio conform --seeds 1000} runs more. */
    private static final int SEEDS = 12;

    private static final int EMULATOR_SEEDS = 4;

    @Test
    void shouldPassWhenDeviceIsTheEndpoint() {
        passes(EndpointDevice::open, SEEDS);
    }

    @Test
    void shouldPassWhenDeviceIsTheEmulator() {
        passes(EmulatorDevice::open, EMULATOR_SEEDS);
    }

    private static void passes(DeviceFactory devices, int seeds) {
        for (Scenario each : ScenarioReader.shipped()) {
            for (long seed = 1; seed <= seeds; seed++) {
                Verdict verdict = Conformance.run(each, devices, seed, "");
                assertTrue(
                        verdict.outcome() != Outcome.FAIL,
                        () -> each.name() + " seed " + verdict.seed() + " " + verdict.rule() + ": "
                                + verdict.explanation());
            }
        }
    }

    @Test
    void shouldJudgeEveryRuleOrSayWhyNot() {
        ConformanceReport report = new ConformanceReport();
        for (Scenario each : ScenarioReader.shipped()) {
            report.add(new Verdict(each, 1, Outcome.PASS, "", "", 0, List.of(), 0));
        }
        for (RuleResult each : report.results()) {
            if (each.outcome() == Outcome.NOT_EXERCISED) {
                assertTrue(!each.reason().startsWith("no scenario"), () -> each.rule() + ": " + each.reason());
            }
        }
    }

    @Test
    void shouldRunTheSameWhenSeedIsTheSame() {
        Scenario noisy = ScenarioReader.shipped().stream()
                .filter(each -> each.name().equals("noisy-link"))
                .findFirst()
                .orElseThrow();
        for (DeviceFactory devices : List.<DeviceFactory>of(EndpointDevice::open, EmulatorDevice::open)) {
            Verdict first = Conformance.run(noisy, devices, 5, "");
            Verdict second = Conformance.run(noisy, devices, 5, "");
            assertEquals(first.endNs(), second.endNs());
            assertEquals(first.trace().size(), second.trace().size());
        }
    }

    @Test
    void shouldFailWhenExpectationIsWrong() {
        fails("R4.yaml", "- memory: {at: 0, bytes: \"01\"}", "- memory: {at: 0, bytes: \"03\"}", EndpointDevice::open);
        fails("R4.yaml", "- ack: 0..1", "- ack: 0..2", EndpointDevice::open);
        fails("R9.yaml", "before: 20ms", "before: 19ms", EndpointDevice::open);
        fails("R9.yaml", "psn: \"3, 17\", times: 2", "psn: \"3, 17\", times: 1", EndpointDevice::open);
        fails("D1.yaml", "register: UDP_PORT, is: 4791", "register: UDP_PORT, is: 4792", EmulatorDevice::open);
        fails("D4.yaml", "status: code_BAD_OPCODE", "status: code_BAD_FLAGS", EmulatorDevice::open);
        fails("D7.yaml", "run: {for: 500us}", "run: {for: 5us}", EmulatorDevice::open);
    }

    private static void fails(String file, String right, String wrong, DeviceFactory devices) {
        String text = RuleBook.resource("scenarios/" + file);
        assertTrue(text.contains(right), right);
        int failed = 0;
        for (Scenario each : ScenarioReader.read(file, text.replace(right, wrong))) {
            failed += Conformance.run(each, devices, 1, "").outcome() == Outcome.FAIL ? 1 : 0;
        }
        assertTrue(failed > 0, wrong);
    }

    @Test
    void shouldReportRulesInWordsAndFiles(@TempDir Path directory) throws IOException {
        ConformanceReport report = new ConformanceReport();
        Scenario scenario = ScenarioReader.read(
                        "f.yaml",
                        "- scenario: s\n  says: x\n  rules: [R4.1]\n  steps:\n    - send: {}\n    - ack: \"1\"\n")
                .getFirst();
        report.add(Conformance.run(scenario, EndpointDevice::open, 1, ""));
        String table = report.table();
        assertTrue(table.contains("R4.1   FAIL"), table);
        assertTrue(table.contains("acknowledges PSN 0, which was not accepted"), table);
        assertTrue(table.contains("R4.1 says: A PSN is accepted at most once in a flow."), table);
        assertTrue(table.contains("R8.2   not exercised"), table);
        ReportFiles.junit(report, "endpoint", directory.resolve("report.xml"));
        assertTrue(Files.readString(directory.resolve("report.xml")).contains("failures=\"1\""));
    }

    @Test
    void shouldDrawWaveformOfTheEmulator(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("device.vcd");
        Scenario scenario = ScenarioReader.shipped().getFirst();
        Conformance.run(scenario, EmulatorDevice::open, 1, file.toString());
        assertTrue(Files.readString(file).contains("$enddefinitions"));
    }
}
