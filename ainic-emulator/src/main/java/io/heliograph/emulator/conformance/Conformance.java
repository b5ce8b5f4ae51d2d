package io.heliograph.emulator.conformance;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.emulator.input.InputFileException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges devices: plays scenarios against them.
 *
 * <p>One thread.
 */
public final class Conformance {
    private Conformance() {}

    /**
     * Plays a scenario once against a fresh device. What the device does not offer makes the scenario one that was not exercised.
     *
     * @param seed 1 is the plain run; others vary numbers, sizes, losses and delays
     * @param waveform a VCD file for devices that draw one; empty for none
     * @throws EnvironmentException if a device that lives elsewhere cannot be reached any more
     */
    public static Verdict run(Scenario scenario, DeviceFactory devices, long seed, String waveform) {
        Draws draws = new Draws(seed);
        DeviceSetup setup = draws.setup(scenario.setup()).withWaveform(waveform);
        DeviceUnderTest device;
        try {
            device = devices.open(setup);
        } catch (NotOfferedException e) {
            return notExercised(scenario, seed, e.getMessage(), List.of(), setup.startNs());
        }
        Set<DeviceUnderTest.Ability> missing = EnumSet.noneOf(DeviceUnderTest.Ability.class);
        missing.addAll(scenario.needs());
        missing.removeAll(device.abilities());
        try (Bench bench = new Bench(device)) {
            boolean hasNoRegisters = scenario.body() instanceof RegisterPlan && device.registers() == null;
            if (hasNoRegisters || !missing.isEmpty()) {
                String why = hasNoRegisters
                        ? "the device under test has no registers that the kit can reach"
                        : "the device under test does not let the bench do this: " + missing;
                return notExercised(scenario, seed, why, bench.trace(), device.nowNs());
            }
            try {
                play(scenario, bench, setup, draws);
            } catch (BrokenRuleException e) {
                String rule = e.rule().isEmpty() ? scenario.rules().getFirst() : e.rule();
                return new Verdict(
                        scenario,
                        seed,
                        Verdict.Outcome.FAIL,
                        rule,
                        e.what(),
                        e.packet(),
                        bench.trace(),
                        device.nowNs());
            } catch (NotOfferedException e) {
                return notExercised(scenario, seed, e.getMessage(), bench.trace(), device.nowNs());
            } catch (InputFileException | EnvironmentException e) {
                throw e;
            } catch (RuntimeException e) {
                return new Verdict(
                        scenario,
                        seed,
                        Verdict.Outcome.FAIL,
                        scenario.rules().getFirst(),
                        "the device broke down: " + e,
                        bench.trace().size(),
                        bench.trace(),
                        device.nowNs());
            }
            return new Verdict(scenario, seed, Verdict.Outcome.PASS, "", "", 0, bench.trace(), device.nowNs());
        }
    }

    private static Verdict notExercised(
            Scenario scenario, long seed, @Nullable String why, List<Verdict.TracedFrame> trace, long endNs) {
        return new Verdict(scenario, seed, Verdict.Outcome.NOT_EXERCISED, "", String.valueOf(why), 0, trace, endNs);
    }

    private static void play(Scenario scenario, Bench bench, DeviceSetup setup, Draws draws) {
        switch (scenario.body()) {
            case Script script -> new ScriptRunner(bench, setup, draws).run(script);
            case LinkPlan plan -> new LinkRunner(bench, setup, draws, plan).run();
            case RegisterPlan plan -> new RegisterRunner(bench, setup, draws).run(plan);
        }
    }
}
