package io.heliograph.emulator.conformance;

final class RegisterPlanReader {
    private RegisterPlanReader() {}

    static RegisterPlan read(YamlValue from) {
        throw from.error("not yet");
    }
}
