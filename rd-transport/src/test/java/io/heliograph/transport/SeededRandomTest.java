package io.heliograph.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class SeededRandomTest {
    @Test
    void shouldGiveTheReferenceSequenceOfSplitMix64() {
        // From the public-domain splitmix64.c of Sebastiano Vigna, seed 1234567.
        SeededRandom random = new SeededRandom(1234567);
        assertEquals(6457827717110365317L, random.nextLong());
        assertEquals(3203168211198807973L, random.nextLong());
        assertEquals(Long.parseUnsignedLong("9817491932198370423"), random.nextLong());
    }

    @Test
    void shouldStayBelowTheBound() {
        SeededRandom random = new SeededRandom(1);
        int[] seen = new int[7];
        for (int i = 0; i < 70_000; i++) {
            seen[random.nextInt(seen.length)]++;
        }
        for (int count : seen) {
            assertTrue(count > 9_000 && count < 11_000, "uneven: count=" + count);
        }
    }
}
