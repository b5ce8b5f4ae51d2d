package io.heliograph.benchmarks.files;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    @ParameterizedTest
    @ValueSource(strings = {"modules", "a file", "Grüße.txt", ".hidden", "...", "-rf", "~", "a..b", "unix:x"})
    void shouldTakeANameOfAFile(String name) {
        assertNull(FileNames.refusal(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "/etc/passwd",
                "../x",
                "a/../b",
                "a/",
                "..\\x",
                "a\nb",
                "a\u0000b",
                "\u001b[31m",
                "x.helio.part"
            })
    void shouldRefuseANameThatLeadsElsewhereOrMisleads(String name) {
        assertNotNull(FileNames.refusal(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {245, 256, 1_000_000})
    void shouldRefuseANameThatIsTooLong(int length) {
        assertNotNull(FileNames.refusal("x".repeat(length)));
    }
}
