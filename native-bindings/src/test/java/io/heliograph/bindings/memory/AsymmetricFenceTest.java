package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class AsymmetricFenceTest {
    /** Generations during which the writer ran as well: on a busy machine few do. */
    private static final int MEETINGS = 300;

    private static final int LOOKS = 16;
    /** Words on cache lines of their own. */
    private static final int SEQUENCE = 0;

    private static final int GENERATION = 128;
    private static final int TARGET = 256;

    private volatile boolean over;

    /** The pattern of a writer and an owner that takes memory back, with the generation as what is written. */
    @Test
    void shouldLetNobodyWriteAFormerGenerationWhenTheOwnerFencedAndWaited() throws InterruptedException {
        assumeTrue(AsymmetricFence.isUsable(), "the kernel offers no membarrier(2) here");
        try (Arena arena = Arena.ofShared()) {
            long words = arena.allocate(384, 128).address();
            Thread writer = Thread.ofPlatform().daemon().start(() -> write(words));
            int former = 0;
            int meetings = 0;
            for (long generation = 1; meetings < MEETINGS; generation++) {
                NativeMemory.putLongOpaque(words + GENERATION, generation);
                AsymmetricFence.heavy();
                long sequence = awaitWriter(words);
                NativeMemory.putLongOpaque(words + TARGET, 0);
                for (int look = 0; look < LOOKS; look++) {
                    long seen = NativeMemory.getLongOpaque(words + TARGET);
                    former += seen != 0 && seen != generation ? 1 : 0;
                }
                meetings += NativeMemory.getLongOpaque(words + SEQUENCE) != sequence ? 1 : 0;
            }
            over = true;
            writer.join();
            assertEquals(0, former);
        }
    }

    private void write(long words) {
        for (long sequence = 0; !over; sequence += 2) {
            NativeMemory.putLong(words + SEQUENCE, sequence + 1);
            AsymmetricFence.light();
            NativeMemory.putLongOpaque(words + TARGET, NativeMemory.getLong(words + GENERATION));
            NativeMemory.putLongRelease(words + SEQUENCE, sequence + 2);
        }
    }

    private static long awaitWriter(long words) {
        long seen = NativeMemory.getLongAcquire(words + SEQUENCE);
        while ((seen & 1) == 1 && NativeMemory.getLongAcquire(words + SEQUENCE) == seen) {
            Thread.onSpinWait();
        }
        return NativeMemory.getLongAcquire(words + SEQUENCE);
    }
}
