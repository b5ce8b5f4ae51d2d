package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class TernaryPatternTest {

    @Test
    void shouldReadWhatItPrints() {
        SeededRandom random = new SeededRandom(7);
        for (int width : new int[] {1, 7, 8, 9, 63, 64, 65, 464, 512}) {
            TernaryPattern pattern =
                    RandomTables.entries(width, 1, 3, random).getFirst().pattern();
            assertEquals(pattern, TernaryPattern.parse(pattern.toString()));
            assertEquals(width, pattern.toString().length());
        }
        assertEquals("1x0", TernaryPattern.parse("1_X0").toString());
        assertEquals(2, TernaryPattern.parse("1_X0").cares());
    }

    @Test
    void shouldNameTheColumnOfWhatIsNoBit() {
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> TernaryPattern.parse("10_2x"))
                        .getMessage());
        assertTrue(message.contains("column=4 character=2"), message);
        assertThrows(IllegalArgumentException.class, () -> TernaryPattern.parse(""));
        assertThrows(IllegalArgumentException.class, () -> TernaryPattern.parse("x".repeat(513)));
        assertThrows(IllegalArgumentException.class, () -> TernaryPattern.any(8).withField(1, 8, 0));
    }

    @Test
    void shouldPutFieldsPrefixesAndMasksWhereTheyBelong() {
        TernaryPattern any = TernaryPattern.any(12);
        assertEquals("xx1010xxxxxx", any.withField(2, 4, 0xA).toString());
        assertEquals("xxxx110xxxxx", any.withPrefix(4, 8, 0xDF, 3).toString());
        assertEquals("xxxxxxxxxxxx", any.withPrefix(4, 8, 0xDF, 0).toString());
        assertEquals("xxxx1xxxxx1x", any.withMask(4, 8, 0xFF, 0x82).toString());
    }

    @Test
    void shouldMatchWhenEveryBitThatMattersAgrees() {
        try (Arena arena = Arena.ofConfined()) {
            long key = arena.allocate(2).address();
            TernaryPattern pattern = TernaryPattern.parse("1xx0xxxxxxx1");
            RandomTables.put(key, 0, 1);
            RandomTables.put(key, 11, 1);
            assertTrue(pattern.matches(key));
            RandomTables.put(key, 5, 1);
            assertTrue(pattern.matches(key));
            RandomTables.put(key, 3, 1);
            assertFalse(pattern.matches(key));
        }
    }
}
