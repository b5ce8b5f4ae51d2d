package io.heliograph.offload.modelfile;

import io.heliograph.offload.graph.GraphLowering;
import io.heliograph.offload.graph.LayerGraph;
import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.LightningWeights;
import io.heliograph.offload.model.NetworkFile;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.onnx.OnnxImport;
import io.heliograph.offload.onnx.OnnxReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a model: a directory of LIGHTNING's weights, Heliograph's own file, or ONNX. The path itself or its first bytes say which.
 */
public final class ModelFile {

    /** The shipped model, as {@code helio train-digits} makes it. */
    private static final String BUILT_IN = "digits.hgm";

    private ModelFile() {}

    /**
     * Reads a model.
     *
     * @param quantization for ONNX and LIGHTNING's weights; our own files hold integers already
     * @param arena owns the weights
     * @throws IOException if it cannot be read, or is none of the three, with what is wrong and where
     */
    public static Model read(Path path, Quantization quantization, Arena arena) throws IOException {
        if (Files.isDirectory(path)) {
            return readDirectory(path, quantization, arena);
        }
        byte[] bytes = Files.readAllBytes(path);
        if (NetworkFile.isOne(bytes)) {
            return new Model.Chain(NetworkFile.read(path.toString(), bytes, arena));
        }
        try (Arena floats = Arena.ofConfined()) {
            LayerGraph graph = OnnxImport.of(path.toString(), OnnxReader.read(path.toString(), bytes), floats);
            QuantizedGraph integers = QuantizedGraph.quantize(graph, quantization, arena);
            Optional<String> obstacle = GraphLowering.obstacle(integers);
            return obstacle.isPresent()
                    ? new Model.Graph(integers, obstacle.get())
                    : new Model.Chain(GraphLowering.toNetwork(integers, arena));
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads LIGHTNING's weights.
     *
     * @param arena owns the weights
     * @throws IOException if it is no directory, or not one of weights
     */
    public static Model readDirectory(Path directory, Quantization quantization, Arena arena) throws IOException {
        return new Model.Chain(LightningWeights.load(directory, quantization.perLayer(), arena));
    }

    /**
     * Reads a model that runs on the datapath, in LIGHTNING's scheme.
     *
     * @param arena owns the weights
     * @throws IOException as {@link #read}, and if it is no chain of dense layers, with the operator that makes it none
     */
    public static QuantizedNetwork readNetwork(Path path, Arena arena) throws IOException {
        return switch (read(path, Quantization.LIGHTNING, arena)) {
            case Model.Chain(QuantizedNetwork network) -> network;
            case Model.Graph graph ->
                throw new IOException(path + ": no datapath can run it: operator=" + graph.obstacle());
        };
    }

    /** The shipped model: digits of 28 x 28 pixels, drawn and trained by this project. */
    public static QuantizedNetwork builtIn(Arena arena) {
        try {
            return NetworkFile.read(BUILT_IN, builtInBytes(), arena);
        } catch (IOException e) {
            throw new UncheckedIOException("the shipped model is damaged: " + e.getMessage(), e);
        }
    }

    /** The bytes of the shipped model. */
    public static byte[] builtInBytes() {
        try (InputStream in = ModelFile.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException("the shipped model is missing: resource=" + BUILT_IN);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
