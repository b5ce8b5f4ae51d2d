package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole tour with a small file: over shared memory always, over AF_XDP where this machine lets the test. */
@Timeout(300)
class TourCommandTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldTakeEveryLegOrSayWhyNot() throws IOException {
        Path file = Files.write(directory.resolve("a file"), new byte[1 << 20]);
        Path json = directory.resolve("tour.json");
        HelioRun run = HelioRun.of("tour", file.toString(), "-D", "0.2", "--json", json.toString());
        assertEquals(0, run.code(), run::toString);
        JsonNode results = new JsonMapper().readTree(json.toFile()).path("results");
        assertTrue(results.size() >= 5, results::toString);
        for (JsonNode leg : results) {
            if (leg.path("port").asText().equals("shm")) {
                assertEquals("PASSED", leg.path("outcome").asText(), run::toString);
            }
            if (leg.path("outcome").asText().equals("PASSED")) {
                if (leg.has("queries")) {
                    assertEquals(5_000, leg.path("results").asInt(), leg::toString);
                    assertEquals(0, leg.path("wrong").asInt(), leg::toString);
                    // 784-64-32-10 on LIGHTNING's device: 3,439 cycles at 253.4375 MHz.
                    assertEquals(
                            13.569, leg.path("emulatedMicrosecondsPerQuery").asDouble(), 0.001);
                } else {
                    assertEquals(1 << 20, leg.path("bytes").asInt());
                }
                assertTrue(leg.path("t50Us").asDouble() > 0, leg::toString);
            } else {
                assertFalse(leg.path("why").asText().isEmpty(), leg::toString);
                assertTrue(run.out().contains(leg.path("why").asText()), "said in words");
            }
        }
    }
}
