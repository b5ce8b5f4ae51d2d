package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchEngineTest {
    @ParameterizedTest
    @CsvSource({"Linux,aarch64", "Mac OS X,x86_64", "Windows 11,amd64"})
    void shouldSayWhichMachinesItIsFor(String system, String architecture) {
        EnvironmentException refusal =
                assertThrows(EnvironmentException.class, () -> TorchEngine.require(system, architecture));
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains("Linux on x86-64") && message.contains(system + " on " + architecture), message);
    }

    @Test
    void shouldSayHowToGetTheEngine() {
        // The tests' class path has DJL's API alone.
        EnvironmentException refusal =
                assertThrows(EnvironmentException.class, () -> TorchEngine.require("Linux", "amd64"));
        assertTrue(String.valueOf(refusal.getMessage()).contains("scripts/helio train"), refusal::getMessage);
    }
}
