package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.emulator.input.InputFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes no sense in a scenario file is named with file and line, before anything runs. */
class ScenarioReaderTest {
    private static String error(String steps) {
        String text = "- scenario: s\n  says: x\n  rules: [R4.1]\n" + steps.replace("|", "\n");
        return String.valueOf(assertThrows(InputFileException.class, () -> ScenarioReader.read("f.yaml", text))
                .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "  steps:|    - send: {psm: 0}; f.yaml:5; unknown key 'psm'",
                "  steps:|    - sendd: {}; f.yaml:5; a step has one of",
                "  steps:|    - send: {}|    - wait: 5; f.yaml:6; it needs a unit",
                "  steps:|    - wait: 5 parsecs; f.yaml:5; is no time",
                "  steps:|    - send: {psn: 1+}; f.yaml:5; is no number",
                "  steps:|    - completions: [SUCCES 0]; f.yaml:5; no such status",
                "  steps:|    - memory: {at: 0, bytes: 0x}; f.yaml:5; hexadecimal",
                "  steps:|    - send: {kind: pack}; f.yaml:5; no kind of packet",
                "  steps:|    - quiet: now|      rule: R99.1; f.yaml:6; no rule R99.1",
                "  stepps: []; f.yaml:4; unknown key 'stepps'",
                "  setup: {windows: 3}|  steps: []; f.yaml:4; unknown key 'windows'",
                "  link: {delay: 1us, done: 1s, operations: [{from: me, length: 1}]}; f.yaml:4; neither device nor peer",
                "  link: {delay: 1us, done: 1s, operations: [], events: [{from: peer, do: dropp}]}; f.yaml:4; is no deed",
                "  steps: [; f.yaml:; not YAML"
            })
    void shouldNameFileAndLine(String steps, String where, String what) {
        String message = error("  " + steps.strip());
        assertTrue(message.startsWith(where), message);
        assertTrue(message.contains(what), message);
    }

    @Test
    void shouldNameUnknownNameWhenItRuns() {
        Scenario scenario = ScenarioReader.read(
                        "f.yaml", "- scenario: s\n  says: x\n  rules: [R4.1]\n  steps:\n    - send: {psn: nobody}\n")
                .getFirst();
        String message = String.valueOf(
                assertThrows(InputFileException.class, () -> Conformance.run(scenario, EndpointDevice::open, 1, ""))
                        .getMessage());
        assertEquals("f.yaml:5: unknown name 'nobody' in 'nobody'", message);
    }

    @Test
    void shouldKnowEveryRuleOfTheDocuments() {
        RuleBook book = RuleBook.shipped();
        assertEquals(
                72, book.numbers().stream().filter(each -> each.startsWith("R")).count());
        assertEquals(
                35, book.numbers().stream().filter(each -> each.startsWith("D")).count());
        assertTrue(book.text("R4.1").startsWith("A PSN is accepted at most once in a flow."));
        assertTrue(book.text("R1.8").endsWith("silent for the probe interval."));
    }
}
