package io.heliograph.transport.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.SeededRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AntiReplayWindowTest {
    @ParameterizedTest
    @ValueSource(ints = {128, 256, 4096, 65_536})
    void shouldAgreeWithASetWhateverComes(int bits) {
        for (long seed = 0; seed < 20; seed++) {
            SeededRandom random = new SeededRandom(seed);
            AntiReplayWindow window = new AntiReplayWindow(bits);
            long floor = random.nextLong() >>> 2;
            window.reset(floor);
            Set<Long> seen = new HashSet<>();
            long highest = floor;
            for (int i = 0; i < 20_000; i++) {
                long jump = random.nextInt(200) == 0 ? random.nextInt(4 * bits) : random.nextInt(8);
                long counter = random.nextInt(3) == 0 ? highest + jump : highest - random.nextInt(bits + bits / 4);
                int expected = counter <= floor || counter <= highest - (bits - Long.SIZE)
                        ? AntiReplayWindow.TOO_OLD
                        : seen.contains(counter) ? AntiReplayWindow.REPLAYED : AntiReplayWindow.NEW;
                assertEquals(expected, window.check(counter), "seed=" + seed + " counter=" + counter);
                if (expected == AntiReplayWindow.NEW) {
                    window.accept(counter);
                    seen.add(counter);
                    highest = Math.max(highest, counter);
                }
            }
        }
    }

    @Test
    void shouldForgetAllWhenItBeginsAnew() {
        AntiReplayWindow window = new AntiReplayWindow(128);
        window.reset(10);
        window.accept(11);
        window.accept(70);
        window.reset(70);
        assertEquals(AntiReplayWindow.TOO_OLD, window.check(11));
        assertEquals(AntiReplayWindow.TOO_OLD, window.check(70));
        for (long counter = 71; counter < 400; counter++) {
            assertEquals(AntiReplayWindow.NEW, window.check(counter));
        }
        window.accept(Long.MAX_VALUE);
        assertEquals(AntiReplayWindow.REPLAYED, window.check(Long.MAX_VALUE));
        assertEquals(AntiReplayWindow.NEW, window.check(Long.MAX_VALUE - 63));
        assertEquals(AntiReplayWindow.TOO_OLD, window.check(Long.MAX_VALUE - 64));
    }
}
