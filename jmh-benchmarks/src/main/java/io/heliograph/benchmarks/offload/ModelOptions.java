package io.heliograph.benchmarks.offload;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.graph.Quantization;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.modelfile.Model;
import io.heliograph.offload.modelfile.ModelFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which model: what {@code --model} and its companions say, for every command that takes one. */
public final class ModelOptions {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description =
                    "A model: ONNX, Heliograph's own file, or a directory of LIGHTNING's weights (default: the shipped one, digits of 28 x 28 pixels).")
    @Nullable
    private Path file;

    @Option(
            names = "--lightning-weights",
            paramLabel = "DIR",
            description = "Weights as files fc_N_OUTxIN.f32le.bin: little-endian float32, a row per neuron.")
    @Nullable
    private Path weights;

    @Option(
            names = "--scale-per-layer",
            description = "Quantises each layer with a scale of its own, not LIGHTNING's one for all.")
    private boolean perLayer;

    @Option(
            names = "--sum-bits",
            paramLabel = "16|32",
            description = "Bits of a sum (default: ${DEFAULT-VALUE}, as LIGHTNING's adder, which wraps).")
    private int sumBits = 16;

    /** Made by the command line. */
    public ModelOptions() {}

    /**
     * Reads the model.
     *
     * @param arena owns its weights
     * @throws EnvironmentException if it cannot be read or is not supported
     */
    public Model load(Arena arena) {
        if (file != null && weights != null) {
            throw new ParameterException(spec.commandLine(), "--model or --lightning-weights");
        }
        if (sumBits != 16 && sumBits != 32) {
            throw new ParameterException(spec.commandLine(), "--sum-bits is 16 or 32");
        }
        Path from = file == null ? weights : file;
        Quantization quantization = perLayer ? Quantization.LIGHTNING.withScalePerLayer() : Quantization.LIGHTNING;
        quantization = sumBits == 32 ? quantization.withWideSums() : quantization;
        if (from == null) {
            checkInteger();
            return new Model.Chain(ModelFile.builtIn(arena));
        }
        try {
            Model model = weights == null
                    ? ModelFile.read(from, quantization, arena)
                    : ModelFile.readDirectory(from, quantization, arena);
            if (model instanceof Model.Chain && sumBits == 32) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--sum-bits 32 is for graphs of ONNX; this model is a chain of dense layers");
            }
            return model;
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new EnvironmentException(
                    "no such file or directory: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read the model: " + e.getMessage(), e);
        }
    }

    private void checkInteger() {
        if (perLayer || sumBits == 32) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the shipped model holds integers: --scale-per-layer and --sum-bits need --model");
        }
    }

    /**
     * Reads a model that the datapath can run.
     *
     * @param arena owns its weights
     * @throws EnvironmentException if it cannot be read, or the datapath cannot run it, with the operator
     */
    public QuantizedNetwork loadNetwork(Arena arena) {
        return switch (load(arena)) {
            case Model.Chain(QuantizedNetwork network) -> network;
            case Model.Graph graph ->
                throw new EnvironmentException("no datapath can run " + graph.name() + ": " + graph.obstacle()
                        + "; helio infer --local computes its integers straight");
        };
    }

    /** What was asked for, for a banner. */
    public String describe() {
        return file != null ? file.toString() : weights != null ? weights.toString() : "shipped";
    }
}
