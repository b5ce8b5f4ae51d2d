package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.conformance.dut.EndpointDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors are the same each time, and the endpoint does what they say. */
class TestVectorsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldWriteTheSameAndReplay() throws IOException {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        int count = TestVectors.write(first);
        assertTrue(count > 100);
        assertEquals(count, TestVectors.write(second));
        List<Path> files;
        try (Stream<Path> all = Files.list(first)) {
            files = all.sorted().toList();
        }
        assertEquals(3 * count + 1, files.size());
        for (Path each : files) {
            assertArrayEquals(
                    Files.readAllBytes(each), Files.readAllBytes(second.resolve(each.getFileName())), each.toString());
            if (each.toString().endsWith(".json") && !each.endsWith("index.json")) {
                assertEquals("", TestVectors.replay(each, EndpointDevice::open), each.toString());
            }
        }
        Path one = first.resolve("write-without-a-word-before.json");
        String text = Files.readString(one);
        Files.writeString(one, text.replaceFirst("\"after\" : \"01", "\"after\" : \"02"));
        assertNotEquals(text, Files.readString(one));
        assertTrue(TestVectors.replay(one, EndpointDevice::open).startsWith("memory"));
    }
}
