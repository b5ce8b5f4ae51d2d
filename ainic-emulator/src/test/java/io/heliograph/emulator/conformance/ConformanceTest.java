package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.dut.EmulatorDevice;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
