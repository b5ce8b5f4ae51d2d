package io.heliograph.offload.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.ImageSet;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class GeneratedDigitsTest {

    private static long crc(ImageSet set, int count) {
        CRC32 crc = new CRC32();
        crc.update(NativeMemory.segment(set.address(), (long) count * set.imageBytes())
                .toArray(ValueLayout.JAVA_BYTE));
        for (int k = 0; k < count; k++) {
            crc.update(set.label(k));
        }
        return crc.getValue();
    }

    @Test
    void shouldDrawTheSameDigitsFromASeedOnEveryMachine() {
        try (Arena arena = Arena.ofConfined()) {
            ImageSet some = GeneratedDigits.draw(200, 1, arena);
            assertEquals(0x0F6F_B246L, crc(some, 200), "the shipped model was trained on these");
            assertEquals(crc(some, 50), crc(GeneratedDigits.draw(50, 1, arena), 50), "a longer set begins alike");
            assertNotEquals(crc(some, 200), crc(GeneratedDigits.draw(200, 2, arena), 200));
            assertThrows(IllegalArgumentException.class, () -> GeneratedDigits.draw(0, 1, arena));
        }
    }

    @Test
    void shouldFillTheMiddleAndLeaveTheEdge() {
        try (Arena arena = Arena.ofConfined()) {
            ImageSet set = GeneratedDigits.draw(2_000, 7, arena);
            int[] ofClass = new int[GeneratedDigits.CLASSES];
            for (int image = 0; image < set.count(); image++) {
                ofClass[set.label(image)]++;
                int ink = 0;
                int edge = 0;
                for (int pixel = 0; pixel < set.imageBytes(); pixel++) {
                    boolean inked = NativeMemory.getUnsignedByte(set.image(image) + pixel) > 127;
                    ink += inked ? 1 : 0;
                    edge += inked && (pixel < 28 || pixel >= 27 * 28) ? 1 : 0;
                }
                assertTrue(ink >= 15 && ink <= 300, "image " + image + " has " + ink + " pixels of ink");
                assertTrue(edge <= 8, "image " + image + " has ink on the edge: " + edge);
            }
            for (int count : ofClass) {
                assertTrue(count > 150 && count < 250, "of a class there are " + count);
            }
        }
    }
}
