package io.heliograph.benchmarks.offload;

import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.ModelFile;
import io.heliograph.transport.SeededRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where a model comes from, as the command line names it: the one place where model files are read. */
public sealed interface ModelSource {

    /** The name of the shipped model. */
    String SHIPPED = "digits";

    /** What {@link #parse} takes, for people. */
    String FORMS = "digits for the shipped one, a file (ONNX or Heliograph's own), a directory of LIGHTNING's weights"
            + " (fc_N_OUTxIN.f32le.bin), or random:IN-...-OUT[:SEED] for weights of chance";

    /**
     * Reads the model.
     *
     * @param arena owns its weights
     * @throws IOException if it cannot be read, or is none
     */
    QuantizedNetwork load(Arena arena) throws IOException;

    /** When what it is read from was last changed, or null if it is not read from files or they are being replaced. */
    @Nullable
    FileTime modified();

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException if it is none, with a sentence
     */
    static ModelSource parse(String text) {
        if (text.equals(SHIPPED)) {
            return new Shipped();
        }
        if (!text.startsWith(Random.PREFIX)) {
            return new Stored(Path.of(text));
        }
        if (!Random.FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a model: " + text + "; give " + FORMS);
        }
        return Random.parse(text);
    }

    /** The model of digits that is shipped. */
    record Shipped() implements ModelSource {
        @Override
        public QuantizedNetwork load(Arena arena) {
            return ModelFile.builtIn(arena);
        }

        @Override
        public @Nullable FileTime modified() {
            return null;
        }

        @Override
        public String toString() {
            return SHIPPED;
        }
    }

    /**
     * Files on this machine.
     *
     * @param path a model file, or a directory of LIGHTNING's weights
     */
    record Stored(Path path) implements ModelSource {

        @Override
        public QuantizedNetwork load(Arena arena) throws IOException {
            return ModelFile.readNetwork(path, arena);
        }

        @Override
        public @Nullable FileTime modified() {
            FileTime last = null;
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.toList()) {
                    FileTime time = Files.getLastModifiedTime(file);
                    last = last == null || time.compareTo(last) > 0 ? time : last;
                }
                return last;
            } catch (IOException | UncheckedIOException e) {
                return null;
            }
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * Weights of chance.
     *
     * @param widths inputs first
     * @param seed of the weights
     */
    record Random(List<Integer> widths, long seed) implements ModelSource {
        static final String PREFIX = "random:";
        static final Pattern FORM = Pattern.compile(PREFIX + "\\d{1,6}(-\\d{1,6})+(:\\d{1,9})?");

        private static final int RESOLUTION = 1_000;

        static Random parse(String text) {
            String[] parts = text.split(":", -1);
            List<Integer> widths = new ArrayList<>();
            for (String width : parts[1].split("-", -1)) {
                widths.add(Integer.valueOf(width));
            }
            if (widths.contains(0)) {
                throw new IllegalArgumentException("a layer of width 0: " + text);
            }
            return new Random(widths, parts.length > 2 ? Long.parseLong(parts[2]) : 1);
        }

        @Override
        public QuantizedNetwork load(Arena arena) {
            SeededRandom random = new SeededRandom(seed);
            try (Arena floats = Arena.ofConfined()) {
                List<FloatLayer> layers = new ArrayList<>();
                for (int k = 1; k < widths.size(); k++) {
                    long count = (long) widths.get(k) * widths.get(k - 1);
                    MemorySegment weights = floats.allocate(count * Float.BYTES, Float.BYTES);
                    for (long weight = 0; weight < count; weight++) {
                        float value = (random.nextInt(2 * RESOLUTION + 1) - RESOLUTION) / (float) RESOLUTION;
                        weights.setAtIndex(ValueLayout.JAVA_FLOAT, weight, value);
                    }
                    layers.add(new FloatLayer(widths.get(k), widths.get(k - 1), weights));
                }
                return QuantizedNetwork.quantize(toString(), layers, arena);
            }
        }

        @Override
        public @Nullable FileTime modified() {
            return null;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("random");
            for (int k = 0; k < widths.size(); k++) {
                text.append(k == 0 ? ':' : '-').append(widths.get(k));
            }
            return text.append(':').append(seed).toString();
        }
    }
}
