package io.heliograph.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FirstWriteTest {

    /** The module's directory is the working directory of its tests. */
    private static final Path README = Path.of("../README.md");

    private static final Path SOURCE = Path.of("src/main/java/io/heliograph/benchmarks/FirstWrite.java");
    private static final String MARK = "<!-- FirstWrite.java -->";

    @Test
    void shouldPrintWhatTheReadmeSays() throws IOException {
        String printed = output();
        assertTrue(printed.contains("immediate 42 came with 14 bytes"), printed);
        assertTrue(printed.endsWith("Bob's memory: Hello, Bob. This is Alice.\n"), printed);
        assertEquals(snippet("```text\n"), printed);
    }

    @Test
    void shouldBeTheSourceThatTheReadmeShows() throws IOException {
        assertEquals(Files.readString(SOURCE), snippet("```java\n"));
    }

    private static String snippet(String fence) throws IOException {
        Matcher matcher = Pattern.compile(
                        Pattern.quote(MARK) + "\n" + Pattern.quote(fence) + "(.*?)```\n", Pattern.DOTALL)
                .matcher(Files.readString(README));
        assertTrue(matcher.find(), "the README has no block " + fence.strip() + " under " + MARK);
        return matcher.group(1);
    }

    private static String output() {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            FirstWrite.main();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
