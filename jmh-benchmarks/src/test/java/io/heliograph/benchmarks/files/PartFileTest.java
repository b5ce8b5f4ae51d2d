package io.heliograph.benchmarks.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.benchmarks.session.RunFailure;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldHaveItsNameOnlyOnceItIsCommitted() throws IOException {
        try (PartFile file = PartFile.create(directory, "a b", 3, false)) {
            file.memory().set(ValueLayout.JAVA_BYTE, 2, (byte) 'x');
            assertFalse(Files.exists(directory.resolve("a b")));
            assertEquals(3, Files.size(directory.resolve("a b.helio.part")));
            file.commit();
        }
        assertEquals("\0\0x", Files.readString(directory.resolve("a b")));
        assertOnly("a b");
    }

    @Test
    void shouldLeaveNothingWhenItIsNotCommitted() throws IOException {
        PartFile.create(directory, "a", 100, false).close();
        assertOnly();
    }

    @Test
    void shouldBePossibleForAnEmptyFile() throws IOException {
        try (PartFile file = PartFile.create(directory, "empty", 0, false)) {
            assertEquals(0, file.memory().byteSize());
            file.commit();
        }
        assertEquals(0, Files.size(directory.resolve("empty")));
    }

    @Test
    void shouldKeepAFileThatExistsUnlessToldOtherwise() throws IOException {
        Path old = Files.writeString(directory.resolve("a"), "old");
        assertThrows(RunFailure.class, () -> PartFile.create(directory, "a", 1, false));
        try (PartFile file = PartFile.create(directory, "a", 1, true)) {
            assertEquals("old", Files.readString(old));
            file.commit();
        }
        assertEquals(1, Files.size(old));
    }

    @Test
    void shouldNotFollowALinkOutOfTheDirectory() throws IOException {
        Path outside = Files.writeString(
                Files.createDirectory(directory.resolve("outside")).resolve("o"), "old");
        Path inside = Files.createDirectory(directory.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("a"), outside);
        Files.createSymbolicLink(inside.resolve("b"), directory.resolve("outside/new"));
        assertThrows(RunFailure.class, () -> PartFile.create(inside, "a", 1, false));
        assertThrows(RunFailure.class, () -> PartFile.create(inside, "b", 1, false), "a dangling link is there, too");
        try (PartFile file = PartFile.create(inside, "a", 1, true)) {
            file.commit();
        }
        assertEquals("old", Files.readString(outside), "the link was replaced, not followed");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheFileSystemIsTooSmall() throws IOException {
        var failure = assertThrows(RunFailure.class, () -> PartFile.create(directory, "huge", 1L << 60, false));
        assertTrue(String.valueOf(failure.getMessage()).startsWith("no room for huge"), failure::getMessage);
        assertOnly();
    }

    @Test
    void shouldSweepAwayWhatKilledReceiversLeftAndNothingElse() throws IOException {
        Files.writeString(directory.resolve("left.helio.part"), "x");
        Files.writeString(directory.resolve("mine.part"), "x");
        try (PartFile busy = PartFile.create(directory, "busy", 1, false)) {
            PartFile.sweep(directory);
            assertTrue(Files.exists(directory.resolve("busy.helio.part")), "its receiver lives");
            busy.commit();
        }
        assertOnly("busy", "mine.part");
    }

    private void assertOnly(String... names) throws IOException {
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of(names),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
