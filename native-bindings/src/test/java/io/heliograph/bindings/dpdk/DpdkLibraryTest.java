package io.heliograph.bindings.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DpdkLibraryTest {
    @Test
    void shouldSayWhatToInstallWhenThereIsNoDpdk(@TempDir Path empty) {
        String message = Refusal.of(() -> DpdkLibrary.find(soname -> false, List.of(empty, empty.resolve("absent"))));
        assertTrue(message.startsWith("DPDK not found"), message);
        assertTrue(message.contains("22.11 (soname 23)"), message);
    }

    @Test
    void shouldNameFoundAndSupportedVersionsWhenTheVersionIsUnknown(@TempDir Path directory) throws IOException {
        Files.createFile(directory.resolve("librte_ethdev.so.27"));
        String message = Refusal.of(() -> DpdkLibrary.find(soname -> false, List.of(directory)));
        assertTrue(message.contains("found=[librte_ethdev.so.27]"), message);
        assertTrue(message.contains("supported=22.11 (soname 23), 23.11 (soname 24)"), message);
    }

    @Test
    void shouldSayThatItDoesNotLoadWhenAKnownVersionIsBroken(@TempDir Path directory) throws IOException {
        Files.createFile(directory.resolve("librte_ethdev.so.23"));
        String message = Refusal.of(() -> DpdkLibrary.find(soname -> false, List.of(directory)));
        assertTrue(message.startsWith("DPDK does not load: found=[librte_ethdev.so.23]"), message);
    }

    @Test
    void shouldTakeTheBestKnownVersionWhenSeveralAreInstalled() {
        assertEquals(DpdkAbi.V22_11, DpdkLibrary.find(soname -> true, List.of()));
        assertEquals(DpdkAbi.V24_11, DpdkLibrary.find(soname -> soname.equals("librte_ethdev.so.25"), List.of()));
    }

    @Test
    void shouldTellItsVersionWhenLoaded() {
        DpdkLibrary library = SharedEal.assumeDpdk();
        assertTrue(library.version().startsWith("DPDK " + library.abi().release()), library.version());
    }

    @Test
    void shouldSayWhichSymbolWhenOneIsMissing() {
        DpdkLibrary library = SharedEal.assumeDpdk();
        assertTrue(Refusal.of(() -> library.variable("rte_no_such_thing")).contains("symbol=rte_no_such_thing"));
    }
}
