package io.heliograph.collectives.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CostFileTest {
    private static final Costs COSTS = new Costs(new Link(123.456, 0.1), new Link(1e5, 3), 1.0 / 3, 0.7);
    private static final Costs OTHER = new Costs(new Link(1, 2), new Link(3, 4), 5, 6);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldReadBackWhatItWrote() {
        Path path = directory.resolve("below").resolve("costs");
        CostFile file = new CostFile(path);
        assertNull(file.read("machine=a: 1").costs());
        assertTrue(file.write("machine=a: 1", COSTS).contains("kept in"));
        assertEquals(COSTS, file.read("machine=a: 1").costs());
        assertNull(file.read("machine=b").costs(), "another machine's");
        file.write("machine=b", OTHER);
        assertEquals(COSTS, file.read("machine=a: 1").costs());
        assertEquals(OTHER, new CostFile(path).read("machine=b").costs());
        file.write("machine=b", COSTS);
        assertEquals(COSTS, file.read("machine=b").costs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "version=2\n", "\\u00zz", "version=1", "#\u0000", "not properties at all"})
    void shouldSayWhatIsWrongWithAFileAndReplaceIt(String contents) throws IOException {
        Path path = directory.resolve("costs");
        Files.writeString(path, contents);
        CostFile file = new CostFile(path);
        CostFile.Found found = file.read("key");
        assertNull(found.costs());
        assertTrue(found.note().contains(path.toString()), found::note);
        file.write("key", COSTS);
        assertEquals(COSTS, file.read("key").costs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "-1", "0", "Infinity", "x", ""})
    void shouldNotTakeWhatIsNoTime(String value) throws IOException {
        Path path = directory.resolve("costs");
        CostFile file = new CostFile(path);
        file.write("key", COSTS);
        String text = Files.readString(path);
        assertTrue(text.contains("copyNsPerByte=0.3333333333333333"), text);
        Files.writeString(path, text.replace("copyNsPerByte=0.3333333333333333", "copyNsPerByte=" + value));
        CostFile.Found found = file.read("key");
        assertNull(found.costs());
        assertTrue(found.note().contains("copyNsPerByte"), found::note);
    }

    @Test
    void shouldNotFailWhereItCannotBeWritten() throws IOException {
        Path inTheWay = Files.createFile(directory.resolve("file"));
        assertTrue(new CostFile(inTheWay.resolve("costs")).write("key", COSTS).startsWith("not kept"));
    }

    @Test
    void shouldBeWhereTheEnvironmentSays() {
        assertEquals(Path.of("/a/b"), CostFile.path(Map.of("HELIO_COSTS", "/a/b", "XDG_CACHE_HOME", "/c")));
        assertEquals(
                Path.of("/c/heliograph/collective-costs.properties"), CostFile.path(Map.of("XDG_CACHE_HOME", "/c")));
        assertTrue(CostFile.path(Map.of()).endsWith(Path.of(".cache", "heliograph", "collective-costs.properties")));
    }
}
