package io.heliograph.benchmarks.train;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.digits.GeneratedDigits;
import io.heliograph.offload.model.ImageSet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Drawn digits in batches, off the heap: pixels as F32 from 0 to 1, labels as I64. Step s of N ranks with batches of B looks at the N * B images from s * N * B on, rank r at the r-th B of them; after the last comes the first.
 *
 * <p>So a step of N ranks sees what one process with the N-fold batch sees.
 */
final class DigitBatches {
    static final int PIXELS = GeneratedDigits.IMAGE_BYTES;

    private static final float WHITE = 255f;
    private static final int LINE_BYTES = 64;

    private final ImageSet images;
    private final int learnt;
    private final int batch;
    private final MemorySegment pixels;
    private final MemorySegment labels;

    /** Draws; images and batches live as long as the arena. */
    DigitBatches(TrainPlan plan, Arena arena) {
        images = GeneratedDigits.draw(Math.addExact(plan.images(), plan.heldOut()), plan.seed(), arena);
        learnt = plan.images();
        batch = plan.batch();
        pixels = arena.allocate((long) batch * PIXELS * Float.BYTES, LINE_BYTES);
        labels = arena.allocate((long) batch * Long.BYTES, LINE_BYTES);
    }

    /** Images of a batch. */
    int batch() {
        return batch;
    }

    /** F32 pixels of the batch, image after image: always the same memory. */
    MemorySegment pixels() {
        return pixels;
    }

    /** I64 labels of the batch: always the same memory. */
    MemorySegment labels() {
        return labels;
    }

    /** Makes this the batch of a rank in a step. */
    void load(int step, int rank, int ranks) {
        long first = ((long) step * ranks + rank) * batch;
        for (int row = 0; row < batch; row++) {
            load(row, (int) ((first + row) % learnt));
        }
    }

    /** Makes this the batch of images that are held out, from one on; how many there were. The rest are the last of all, again. */
    int loadHeldOut(int from) {
        int there = images.count() - learnt;
        for (int row = 0; row < batch; row++) {
            load(row, learnt + Math.min(from + row, there - 1));
        }
        return Math.min(batch, there - from);
    }

    /** Which digit an image of the batch shows. */
    int label(int row) {
        return (int) labels.getAtIndex(ValueLayout.JAVA_LONG, row);
    }

    private void load(int row, int image) {
        long from = images.image(image);
        for (int pixel = 0; pixel < PIXELS; pixel++) {
            pixels.setAtIndex(
                    ValueLayout.JAVA_FLOAT,
                    (long) row * PIXELS + pixel,
                    NativeMemory.getUnsignedByte(from + pixel) / WHITE);
        }
        labels.setAtIndex(ValueLayout.JAVA_LONG, row, images.label(image));
    }
}
