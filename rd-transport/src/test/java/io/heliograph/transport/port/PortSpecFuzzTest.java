package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any text is a port that reads back from what it prints, or is refused with the forms there are. */
@Tag("fuzz")
final class PortSpecFuzzTest {
    @FuzzTest
    void shouldReadBackOrRefuseWhenTextIsAnything(byte[] data) {
        PortSpec spec;
        try {
            spec = PortSpec.parse(new String(data, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).contains(PortSpec.FORMS));
            return;
        }
        assertEquals(spec, PortSpec.parse(spec.toString()));
    }
}
