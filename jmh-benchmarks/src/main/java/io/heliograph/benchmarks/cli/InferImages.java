package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.RandomImages;
import io.heliograph.offload.digits.DigitTraining;
import io.heliograph.offload.model.ImageSet;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which images {@code helio infer} asks for: files, or what a seed draws. */
final class InferImages {

    /** One of them. */
    private static final class Images {
        @Option(
                names = "--idx-images",
                paramLabel = "FILE",
                required = true,
                description = "Images as IDX, as MNIST has them; may be compressed by gzip.")
        @Nullable
        private Path idx;

        @Option(
                names = "--csv-images",
                paramLabel = "FILE",
                required = true,
                description = "Images as CSV: pixels row by row, then the label; may be compressed by gzip.")
        @Nullable
        private Path csv;

        @Option(
                names = "--random-images",
                paramLabel = "N",
                required = true,
                description =
                        "N images of chance, by --seed, half of whose pixels are 0; as large as the model wants them.")
        @Nullable
        private Integer random;

        @Option(
                names = "--digits",
                paramLabel = "N",
                required = true,
                description = "N digits that --seed draws, with labels; the shipped model has not seen them.")
        @Nullable
        private Integer digits;
    }

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Images images;

    @Option(names = "--idx-labels", paramLabel = "FILE", description = "Labels of the IDX images, for the accuracy.")
    @Nullable
    private Path labels;

    @Option(
            names = "--csv-largest",
            paramLabel = "VALUE",
            description = "What is white in the CSV images (default: ${DEFAULT-VALUE}).")
    private int largest = 255;

    @Option(names = "--count", paramLabel = "N", description = "The first N images only.")
    @Nullable
    private Integer count;

    /** Refuses what makes no sense whatever the model is. */
    void check(CommandSpec spec) {
        check(spec, images.random == null || images.random > 0, "--random-images must be above 0");
        check(spec, count == null || count > 0, "--count must be above 0");
        check(spec, images.digits == null || images.digits > 0, "--digits must be above 0");
        check(spec, largest > 0, "--csv-largest must be above 0");
        check(spec, labels == null || images.idx != null, "--idx-labels belong to --idx-images");
    }

    /** How many of the images to use, or null for all. */
    @Nullable
    Integer count() {
        return count;
    }

    /** How many images of a set to use. */
    int used(ImageSet set) {
        return count == null ? set.count() : count;
    }

    /** Whether a seed draws them. */
    boolean useSeed() {
        return images.digits != null || images.random != null;
    }

    /**
     * Reads or draws them.
     *
     * @param inputs of the model
     * @param arena owns them
     * @throws ParameterException if they do not fit the model, or there are fewer than are asked for
     * @throws IOException if they cannot be read
     */
    ImageSet read(CommandSpec spec, int inputs, long seed, Arena arena) throws IOException {
        ImageSet set = read(inputs, seed, arena);
        check(
                spec,
                set.imageBytes() == inputs,
                "the images have " + set.imageBytes() + " pixels, the model has " + inputs + " inputs");
        check(spec, count == null || count <= set.count(), "there are " + set.count() + " images");
        return set;
    }

    private ImageSet read(int inputs, long seed, Arena arena) throws IOException {
        if (images.digits != null) {
            return DigitTraining.heldOut(images.digits, seed, arena);
        }
        if (images.csv != null) {
            return ImageSet.readCsv(images.csv, largest, arena);
        }
        if (images.random != null) {
            return RandomImages.make(images.random, inputs, seed, arena);
        }
        if (images.idx == null) {
            throw new IllegalStateException("no images");
        }
        ImageSet set = ImageSet.readIdx(images.idx, arena);
        return labels == null ? set : set.withIdxLabels(labels, arena);
    }

    private static void check(CommandSpec spec, boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
