package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.emulator.device.layout.MapHeader;
import io.heliograph.emulator.device.layout.MapMarkdown;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DeviceCommandTest {
    @Test
    void shouldPrintTheMapInEachForm() throws IOException {
        assertEquals(MapMarkdown.text(), printed("device"));
        assertEquals(MapHeader.text(), printed("device", "--c-header"));
        JsonNode map = new JsonMapper().readTree(printed("device", "--json"));
        assertEquals(1, map.path("schema_version").asInt());
    }

    @Test
    void shouldSayWhatMakesNoSense() {
        assertEquals(Helio.USAGE, HelioRun.of("device", "--json", "--c-header").code());
        assertEquals(Helio.USAGE, HelioRun.of("device", "--xml").code());
        assertTrue(HelioRun.of("device", "--version").out().contains("helio "));
    }

    private static String printed(String... arguments) {
        HelioRun run = HelioRun.of(arguments);
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return run.out();
    }
}
