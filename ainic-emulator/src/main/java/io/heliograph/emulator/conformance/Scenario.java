package io.heliograph.emulator.conformance;

import java.util.List;
import java.util.Set;

/**
 * One scenario of the kit.
 *
 * @param name unique
 * @param where file and line
 * @param says one sentence
 * @param rules the rules that it exercises; the first is broken by a failure that names no other
 * @param needs what the device must let the bench do
 * @param setup how the device is set up
 * @param body what happens
 */
public record Scenario(
        String name,
        String where,
        String says,
        List<String> rules,
        Set<DeviceUnderTest.Ability> needs,
        DeviceSetup setup,
        Body body) {
    /** What happens in a scenario. */
    public sealed interface Body permits Script, LinkPlan, RegisterPlan {}
}
