package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Proof that the kit judges: each of these devices breaks one rule, and is caught by that rule. */
class FaultyDevicesTest {
    private static final List<Scenario> SCENARIOS = ScenarioReader.shipped();

    @ParameterizedTest
    @EnumSource
    void shouldCatchFaultByTheRuleItBreaks(Fault fault) {
        requireCaught(fault, fault.rule(), fault.devices());
    }

    @ParameterizedTest
    @EnumSource
    void shouldCatchFaultOfTheDevicesSurface(DeviceFault fault) {
        requireCaught(fault, fault.rule(), fault.devices());
    }

    private static void requireCaught(Enum<?> fault, String rule, DeviceFactory devices) {
        List<String> seen = new ArrayList<>();
        for (Scenario each : SCENARIOS) {
            if (!each.rules().contains(rule)) {
                continue;
            }
            Verdict verdict = Conformance.run(each, devices, 1, "");
            if (verdict.outcome() == Outcome.FAIL && verdict.rule().equals(rule)) {
                System.out.println(fault + " caught by " + rule + " in " + each.name() + ": " + verdict.explanation());
                return;
            }
            seen.add(each.name() + " " + verdict.outcome() + " " + verdict.rule() + " " + verdict.explanation());
        }
        fail(fault + " was not caught by " + rule + ": " + String.join("; ", seen));
    }
}
