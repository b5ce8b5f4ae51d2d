package io.heliograph.bindings.checksum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LibdeflateCrc32Test {

    @Test
    void shouldGiveTheCheckValueWhenTheInputIsTheCatalogues() {
        assumeTrue(LibdeflateCrc32.isAvailable(), "no libdeflate here");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment digits =
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, "123456789".getBytes(StandardCharsets.US_ASCII));
            // CRC-32/ISO-HDLC of the catalogue of parametrised CRC algorithms.
            assertEquals(0xCBF4_3926, LibdeflateCrc32.update(0, digits.address(), 9));
            int first = LibdeflateCrc32.update(0, digits.address(), 4);
            assertEquals(0xCBF4_3926, LibdeflateCrc32.update(first, digits.address() + 4, 5));
            assertEquals(first, LibdeflateCrc32.update(first, digits.address(), 0));
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenCalledWithoutTheLibrary() {
        assumeFalse(LibdeflateCrc32.isAvailable(), "libdeflate is here");
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, () -> LibdeflateCrc32.update(0, 0, 0));
        assertEquals("library missing: library=libdeflate.so.0; ask isAvailable first", refusal.getMessage());
    }
}
