package io.heliograph.benchmarks.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any name that a sender gives is refused, or is that of a file right in the directory, and so is its unfinished form. */
@Tag("fuzz")
final class FileNamesFuzzTest {
    private static final Path DIRECTORY = Path.of("in", "here");

    @FuzzTest
    void shouldStayInDirectoryWhenNameIsAnything(byte[] data) {
        String name = new String(data, StandardCharsets.UTF_8);
        if (FileNames.refusal(name) == null) {
            for (String each : new String[] {name, name + FileNames.PART_SUFFIX}) {
                Path file = DIRECTORY.resolve(each);
                assertEquals(DIRECTORY, file.normalize().getParent());
                assertEquals(each, String.valueOf(file.getFileName()));
                assertTrue(each.getBytes(StandardCharsets.UTF_8).length <= 255);
            }
        }
    }
}
