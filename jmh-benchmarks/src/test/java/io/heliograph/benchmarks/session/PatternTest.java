package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class PatternTest {

    @Test
    void shouldTellEveryIterationFromTheNextAndEveryFlippedBit() {
        try (Arena arena = Arena.ofConfined()) {
            Pattern pattern = new Pattern(arena, 100);
            MemorySegment memory = arena.allocate(200);
            for (long iteration = 0; iteration < 2L * Pattern.WINDOWS; iteration += 611) {
                MemorySegment.copy(pattern.memory(), Pattern.offset(iteration), memory, 50, 100);
                assertTrue(pattern.matches(memory, 50, 100, iteration));
                assertFalse(pattern.matches(memory, 50, 100, iteration + 1));
                memory.set(ValueLayout.JAVA_BYTE, 149, (byte) (memory.get(ValueLayout.JAVA_BYTE, 149) ^ 1));
                assertFalse(pattern.matches(memory, 50, 100, iteration));
            }
        }
    }
}
