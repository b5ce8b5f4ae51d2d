package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.testing.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    private static final long TWO_MEBIBYTES = 2L << 20;

    @Test
    void shouldGiveZeroedMemoryWhateverPagesThereAre() {
        try (HugePages pages = HugePages.map(3_000_000)) {
            assertTrue(pages.sizeBytes() >= 3_000_000);
            assertEquals(0, pages.sizeBytes() % pages.pageBytes());
            assertEquals(0, pages.address() % pages.pageBytes());
            assertEquals(0, NativeMemory.getLong(pages.address() + pages.sizeBytes() - 8));
            NativeMemory.putLong(pages.address() + pages.sizeBytes() - 8, 1);
            assertEquals(pages.sizeBytes(), pages.segment().byteSize());
        }
    }

    @Test
    void shouldFallBackToNormalPagesWhenThereAreNoHugeOnes() throws IOException {
        assumeTrue(freeHugePages() == 0, "this machine has free huge pages");
        try (HugePages pages = HugePages.map(TWO_MEBIBYTES)) {
            assertFalse(pages.isHuge());
            assertEquals(4096, pages.pageBytes());
            assertEquals(TWO_MEBIBYTES, pages.sizeBytes());
        }
    }

    @Test
    void shouldUseHugePagesWhenThereAreSome() throws IOException {
        assumeTrue(freeHugePages() > 0, "this machine has no free huge pages of 2 MiB");
        try (HugePages pages = HugePages.map(TWO_MEBIBYTES)) {
            assertTrue(pages.isHuge());
        }
    }

    @Test
    void shouldLockWhatTheLimitAllowsWhenAsked() {
        try (HugePages pages = HugePages.map(4096)) {
            assertTrue(pages.lock() || pages.sizeBytes() > 4096);
        }
    }

    @Test
    void shouldSayWhatToDoWhenThereIsNoSuchMemory() {
        String message = Refusal.of(() -> HugePages.map(1L << 50));
        assertTrue(message.contains("ask for less"), message);
    }

    private static long freeHugePages() throws IOException {
        Path free = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
        return Files.exists(free) ? Long.parseLong(Files.readString(free).strip()) : 0;
    }
}
