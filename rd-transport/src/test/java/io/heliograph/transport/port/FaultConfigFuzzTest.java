package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any text is faults in range that read back from what they print, or is refused in a sentence. */
@Tag("fuzz")
final class FaultConfigFuzzTest {
    @FuzzTest
    void shouldReadBackOrRefuseWhenTextIsAnything(byte[] data) {
        FaultConfig config;
        try {
            config = FaultConfig.parse(new String(data, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertEquals(IllegalArgumentException.class, e.getClass());
            assertTrue(String.valueOf(e.getMessage()).contains("; give ")
                    || String.valueOf(e.getMessage()).startsWith("negative delay"));
            return;
        }
        assertEquals(config, FaultConfig.parse(config.toString()));
    }
}
