package io.heliograph.bindings.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.generated.ibv_port_attr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codes of a port, as InfiniBand's PortInfo has them. */
class PortAttributesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 2.5", // 1X SDR
        "2, 2, 20", // 4X DDR
        "2, 4, 40", // 4X QDR
        "2, 8, 40", // 4X FDR10
        "2, 16, 56", // 4X FDR
        "2, 32, 100", // 4X EDR
        "16, 64, 100", // 2X HDR
        "2, 64, 200", // 4X HDR
        "1, 128, 100", // 1X NDR
        "2, 128, 400", // 4X NDR
        "4, 128, 800", // 8X NDR
        "8, 32, 300", // 12X EDR
        "32, 32, 0",
        "2, 3, 0",
        "0, 0, 0"
    })
    void shouldKnowTheSpeedOfALink(int width, int speed, double gigabitsPerSecond) {
        assertEquals(Math.round(gigabitsPerSecond * 1e9), PortAttributes.bitsPerSecond(width, speed));
    }

    @Test
    void shouldReadCodesAboveHalfOfTheirBytes() {
        try {
            Verbs.load();
        } catch (EnvironmentException e) {
            Assumptions.abort(e.getMessage());
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ibv_port_attr.layout());
            ibv_port_attr.state(attributes, 4);
            ibv_port_attr.active_mtu(attributes, 5);
            ibv_port_attr.active_width(attributes, (byte) 4);
            ibv_port_attr.active_speed(attributes, (byte) 128);
            ibv_port_attr.link_layer(attributes, (byte) 2);
            PortAttributes read = PortAttributes.read(attributes);
            assertEquals(new PortAttributes("active", 4096, 0, 0, true, true, 800_000_000_000L), read);
        }
    }
}
