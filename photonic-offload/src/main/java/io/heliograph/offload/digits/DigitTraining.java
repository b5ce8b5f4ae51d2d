package io.heliograph.offload.digits;

import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One training of a network on generated digits, from a seed to integers; {@link #DEFAULT} made the model that is shipped.
 *
 * @param seed of the images to learn from, of the first weights and of the order
 * @param images to learn from
 * @param epochs through all of them
 * @param rate of the first epoch, falling linearly to a twentieth in the last one
 * @param hidden neurons of the layers between
 */
public record DigitTraining(long seed, int images, int epochs, double rate, List<Integer> hidden) {

    /** What the shipped model was trained with. */
    public static final DigitTraining DEFAULT = new DigitTraining(1, 60_000, 8, 0.01, List.of(64, 32));

    private static final double LAST_RATE = 0.05;
    /** Images to learn from and to be tested on never come from the same seed. */
    private static final long HELD_OUT = 0x6865_6c64_6f75_74L;

    /** Refuses what trains nothing. */
    public DigitTraining {
        hidden = List.copyOf(hidden);
        if (images < 1 || epochs < 1 || !(rate > 0 && rate <= 1)) {
            throw new IllegalArgumentException("no training: images=" + images + " epochs=" + epochs + " rate=" + rate);
        }
        for (int neurons : hidden) {
            if (neurons < 1 || neurons > 1 << 12) {
                throw new IllegalArgumentException("no layer: neurons=" + neurons + ", 1 to 4096");
            }
        }
    }

    /**
     * What came of it.
     *
     * @param network in integers
     * @param tested images that were held out
     * @param floatRight of them by the network in float
     * @param integerRight of them by the network in integers
     */
    public record Outcome(QuantizedNetwork network, int tested, int floatRight, int integerRight) {}

    /** An epoch's end: how many of the held-out images the network in float has right by now. */
    public record Epoch(int number, int floatRight) {}

    /**
     * Trains.
     *
     * @param tested images that are held out, at least 1
     * @param progress is told of each epoch
     * @param arena owns the network
     */
    public Outcome run(int tested, Consumer<Epoch> progress, Arena arena) {
        try (Arena scratch = Arena.ofConfined()) {
            ImageSet lessons = GeneratedDigits.draw(images, seed, scratch);
            ImageSet exam = heldOut(tested, seed, scratch);
            PerceptronTrainer trainer = new PerceptronTrainer(seed, widths());
            int right = 0;
            for (int epoch = 0; epoch < epochs; epoch++) {
                double left = epochs == 1 ? 1 : 1 - (1 - LAST_RATE) * epoch / (epochs - 1);
                trainer.trainEpoch(lessons, (float) (rate * left));
                right = trainer.right(exam);
                progress.accept(new Epoch(epoch + 1, right));
            }
            List<FloatLayer> layers = trainer.layers(scratch);
            QuantizedNetwork network = QuantizedNetwork.quantize(name(), layers, arena);
            return new Outcome(network, tested, right, right(network, exam));
        }
    }

    /** Images that a training with this seed has not seen. */
    public static ImageSet heldOut(int count, long seed, Arena arena) {
        return GeneratedDigits.draw(count, seed ^ HELD_OUT, arena);
    }

    /** How many images of a labelled set a network has right in its integer semantics. */
    public static int right(QuantizedNetwork network, ImageSet images) {
        try (Arena arena = Arena.ofConfined()) {
            IntegerInference inference = new IntegerInference(network, arena);
            int right = 0;
            for (int image = 0; image < images.count(); image++) {
                right += inference.infer(images.image(image)) == images.label(image) ? 1 : 0;
            }
            return right;
        }
    }

    private int[] widths() {
        List<Integer> all = new ArrayList<>(hidden);
        all.addFirst(GeneratedDigits.IMAGE_BYTES);
        all.addLast(GeneratedDigits.CLASSES);
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    private String name() {
        StringBuilder name = new StringBuilder("digits");
        for (int width : widths()) {
            name.append('-').append(width);
        }
        return name.toString();
    }
}
