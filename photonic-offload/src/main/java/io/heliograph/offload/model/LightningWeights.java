package io.heliograph.offload.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weight files of LIGHTNING's fully connected networks: {@code fc_1_300x784.f32le.bin} and so on, little-endian float32, row-major, a row
 * per neuron, the layer and its shape in the name.
 */
public final class LightningWeights {

    private static final Pattern NAME = Pattern.compile("fc_(\\d{1,3})_(\\d{1,6})x(\\d{1,6})\\.f32le\\.bin");

    private LightningWeights() {}

    /**
     * Reads and quantises all layers of a directory.
     *
     * @param arena owns the quantised weights
     * @throws IOException if there is no such directory, no such file, a layer is missing, or a size is not that of the name
     */
    public static QuantizedNetwork load(Path directory, Arena arena) throws IOException {
        return load(directory, false, arena);
    }

    /**
     * Reads and quantises all layers of a directory.
     *
     * @param perLayer a scale for each layer; else LIGHTNING's one for all
     * @param arena owns the quantised weights
     * @throws IOException if there is no such directory, no such file, a layer is missing, or a size is not that of the name
     */
    public static QuantizedNetwork load(Path directory, boolean perLayer, Arena arena) throws IOException {
        TreeMap<Integer, Path> files = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "fc_*")) {
            for (Path file : all) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches() && files.put(Integer.valueOf(name.group(1)), file) != null) {
                    throw new IOException("two files of one layer: layer=" + name.group(1) + " directory=" + directory);
                }
            }
        }
        if (files.isEmpty()) {
            throw new IOException("no weights fc_N_OUTxIN.f32le.bin: directory=" + directory);
        }
        if (files.lastKey() != files.size()) {
            throw new IOException("a layer is missing: layers=" + files.keySet() + " directory=" + directory);
        }
        try (Arena floats = Arena.ofConfined()) {
            List<FloatLayer> layers = new ArrayList<>();
            for (Path file : files.values()) {
                layers.add(read(file, floats));
            }
            return perLayer
                    ? QuantizedNetwork.quantizePerLayer(nameOf(layers), layers, arena)
                    : QuantizedNetwork.quantize(nameOf(layers), layers, arena);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + " directory=" + directory, e);
        }
    }

    private static FloatLayer read(Path file, Arena arena) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IOException("not a weight file: file=" + file);
        }
        byte[] bytes = Files.readAllBytes(file);
        MemorySegment weights =
                arena.allocate(Math.max(1, bytes.length), Float.BYTES).asSlice(0, bytes.length);
        MemorySegment.copy(bytes, 0, weights, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return new FloatLayer(Integer.parseInt(name.group(2)), Integer.parseInt(name.group(3)), weights);
    }

    private static String nameOf(List<FloatLayer> layers) {
        StringBuilder name = new StringBuilder("mlp-").append(layers.getFirst().inputs());
        for (FloatLayer layer : layers) {
            name.append('-').append(layer.outputs());
        }
        return name.toString();
    }
}
