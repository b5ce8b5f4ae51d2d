package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigitBatchesTest {
    private static final TrainPlan PLAN = new TrainPlan(5, 3, 0.1f, 7, List.of(), 20, 4, 64);

    @Test
    void shouldShowRanksTogetherWhatOneProcessSees() {
        try (Arena arena = Arena.ofConfined()) {
            DigitBatches part = new DigitBatches(PLAN, arena);
            DigitBatches whole = new DigitBatches(PLAN.together(4), arena);
            // 12 images a step of 20: the second step goes round.
            for (int step = 0; step < 3; step++) {
                ByteArrayOutputStream parts = new ByteArrayOutputStream();
                whole.load(step, 0, 1);
                for (int rank = 0; rank < 4; rank++) {
                    part.load(step, rank, 4);
                    parts.writeBytes(bytes(part));
                    for (int row = 0; row < 3; row++) {
                        assertEquals(whole.label(3 * rank + row), part.label(row));
                    }
                }
                assertArrayEquals(bytes(whole), parts.toByteArray());
            }
        }
    }

    @Test
    void shouldHoldImagesOut() {
        try (Arena arena = Arena.ofConfined()) {
            DigitBatches batches = new DigitBatches(PLAN, arena);
            assertEquals(3, batches.loadHeldOut(0));
            byte[] first = bytes(batches);
            assertEquals(1, batches.loadHeldOut(3));
            for (int step = 0; step < 7; step++) {
                batches.load(step, 0, 1);
                byte[] learnt = bytes(batches);
                for (int row = 0; row < 3; row++) {
                    assertFalse(sameImage(first, learnt, row), "step " + step + " learns what is held out");
                }
            }
        }
    }

    private static boolean sameImage(byte[] heldOut, byte[] learnt, int row) {
        int image = DigitBatches.PIXELS * Float.BYTES;
        for (int other = 0; other < 3; other++) {
            if (Arrays.equals(heldOut, row * image, (row + 1) * image, learnt, other * image, (other + 1) * image)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(DigitBatches batches) {
        return batches.pixels().toArray(ValueLayout.JAVA_BYTE);
    }
}
