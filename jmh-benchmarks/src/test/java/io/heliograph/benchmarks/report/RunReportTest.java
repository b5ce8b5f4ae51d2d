package io.heliograph.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldHoldSchemaEnvironmentOptionsAndResults() throws IOException {
        Path file = directory.resolve("report.json");
        RunReport report = new RunReport("write-bw", List.of("write-bw", "-s", "2"));
        report.options(new Banner("t").with("MTU [bytes]", 1500)).environment("dpdk", "DPDK 22.11");
        report.addResult().put("bytes", 2L);
        report.passed(true).write(file);

        JsonNode read = new JsonMapper().readTree(file.toFile());
        assertEquals("heliograph.run/1", read.path("schema").asText());
        assertEquals("write-bw", read.path("command").asText());
        assertEquals(3, read.path("commandLine").size());
        assertFalse(Instant.parse(read.path("date").asText()).isAfter(Instant.now()));
        for (String name : List.of("cpu", "processors", "os", "kernel", "jdk", "dpdk")) {
            assertFalse(read.path("environment").path(name).asText().isEmpty(), name);
        }
        assertEquals("1500", read.path("options").path("MTU [bytes]").asText());
        assertEquals(2, read.path("results").path(0).path("bytes").asInt());
        assertTrue(read.path("passed").asBoolean());
        try (var files = Files.list(directory)) {
            assertEquals(1, files.count(), "nothing else is left");
        }
    }

    @Test
    void shouldSayWhatIsWrongWhenTheFileCannotBeWritten() {
        RunReport report = new RunReport("ports", List.of());
        assertThrows(EnvironmentException.class, () -> report.write(directory.resolve("no/such/directory.json")));
    }
}
