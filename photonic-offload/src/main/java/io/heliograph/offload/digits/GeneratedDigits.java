package io.heliograph.offload.digits;

import io.heliograph.offload.model.ImageSet;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Labelled images of digits that a seed draws, 28 x 28 pixels of 0 (paper) to 255 (ink) as in MNIST.
 *
 * <p>Image k depends on the seed and on k alone: a longer set begins with the shorter one.
 */
public final class GeneratedDigits {

    /** Bytes of an image, row by row. */
    public static final int IMAGE_BYTES = DigitPainter.PIXELS;

    /** Classes. */
    public static final int CLASSES = 10;

    private static final long NEXT_IMAGE = 0xd134_2543_de82_ef95L;

    private GeneratedDigits() {}

    /**
     * Draws.
     *
     * @param count of images, at least 1
     * @param arena owns images and labels
     */
    public static ImageSet draw(int count, long seed, Arena arena) {
        if (count < 1) {
            throw new IllegalArgumentException("no images: count=" + count);
        }
        MemorySegment pixels = arena.allocate((long) count * IMAGE_BYTES, Long.BYTES);
        MemorySegment labels = arena.allocate(count);
        DigitPainter painter = new DigitPainter();
        long state = new SeededRandom(seed).nextLong();
        for (int k = 0; k < count; k++) {
            SeededRandom random = new SeededRandom(state + k * NEXT_IMAGE);
            int digit = random.nextInt(CLASSES);
            painter.paint(digit, random, pixels.address() + (long) k * IMAGE_BYTES);
            labels.set(ValueLayout.JAVA_BYTE, k, (byte) digit);
        }
        return new ImageSet(count, IMAGE_BYTES, pixels.address(), labels);
    }
}
