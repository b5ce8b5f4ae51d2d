package io.heliograph.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated sources hold what is used, and know where they come from. */
class GeneratedBindingsTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Path LISTS = MODULE.resolve("src/jextract");

    @ParameterizedTest
    @ValueSource(strings = {"dpdk", "verbs"})
    void shouldListOnlyWhatIsUsedWhenAllowed(String name) throws IOException {
        String used = handWritten(MODULE.resolve("src/main/java/io/heliograph/bindings/" + name));
        for (String line : Files.readAllLines(LISTS.resolve(name + ".includes"))) {
            if (line.startsWith("--include-function ") || line.startsWith("--include-constant ")) {
                String symbol = line.substring(line.lastIndexOf(' ') + 1);
                assertTrue(used.contains("_h." + symbol), "allowed and not used: " + symbol);
            }
        }
    }

    @Test
    void shouldTellWhereTheyComeFrom() throws IOException {
        List<String> versions = Files.readAllLines(LISTS.resolve("versions.txt"));
        for (String name : List.of("dpdk", "libibverbs", "libclang", "jextract")) {
            assertTrue(versions.stream().anyMatch(line -> line.matches(name + "=[0-9a-f.]+")), versions.toString());
        }
    }

    @Test
    void shouldSayInOneLineWhatIsMissingWhenThereIsNoJextract() throws IOException, InterruptedException {
        ProcessBuilder script = new ProcessBuilder(
                MODULE.resolveSibling("scripts").resolve("generate-bindings").toString());
        script.environment().put("JEXTRACT", "/no/such/jextract");
        Process process = script.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(3, process.waitFor(), output);
        assertEquals(1, output.lines().count(), output);
        assertTrue(output.contains("jextract not found"), output);
    }

    private static String handWritten(Path directory) throws IOException {
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.append(Files.readString(file));
            }
        }
        return sources.toString();
    }
}
