package io.heliograph.benchmarks.planning;

import io.heliograph.collectives.planning.job.Compute;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.job.ModelShape;
import io.heliograph.collectives.planning.job.ModelShape.Details;
import io.heliograph.collectives.planning.job.ModelShape.Experts;
import io.heliograph.collectives.planning.job.Parallelism;
import io.heliograph.collectives.planning.job.Parallelism.ContextExchange;
import io.heliograph.collectives.planning.job.Parallelism.SequenceParallelism;
import io.heliograph.collectives.planning.job.Placement;
import io.heliograph.collectives.planning.job.Placement.Dimension;
import io.heliograph.collectives.planning.job.Training;
import io.heliograph.collectives.planning.job.Training.Precision;
import io.heliograph.collectives.planning.job.Training.Sharding;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a training job from a YAML file; collectives/PLANNING.md says what may be in it. Anything wrong is an {@link InputFileException} that names file and line. */
final class JobFile {
    private static final int MOST = 1 << 24;
    private static final int MOST_HOSTS = 1 << 20;
    private static final long PS_PER_NS = 1000;

    private JobFile() {}

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws InputFileException if it is wrong
     */
    static Job read(Path path) throws IOException {
        return parse(path.toString(), Files.readString(path));
    }

    /** The same for text that is there already. */
    static Job parse(String file, String text) {
        YamlValue whole = YamlValue.parse(file, text);
        YamlFields fields = whole.fields();
        String name = fields.require("name").text();
        ModelShape model = at(fields.require("model"), JobFile::model);
        Parallelism parallelism = at(fields.require("parallel"), JobFile::parallelism);
        Training training = at(fields.require("training"), JobFile::training);
        YamlValue times = fields.find("compute");
        Compute compute = times == null ? Compute.NONE : at(times, JobFile::compute);
        YamlValue places = fields.find("placement");
        Placement placement = places == null
                ? Placement.packed(parallelism, Placement.MEGATRON, 1)
                : at(places, value -> placement(value, parallelism));
        fields.end();
        // Degrees that do not fit the model: said where the degrees are.
        return at(fields.require("parallel"), value -> new Job(name, model, parallelism, training, compute, placement));
    }

    private interface Maker<T> {
        T make(YamlFields fields);
    }

    private static <T> T at(YamlValue value, Maker<T> maker) {
        try {
            return maker.make(value.fields());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw value.place().error(e);
        }
    }

    private static ModelShape model(YamlFields fields) {
        int heads = count(fields, "heads");
        Details kind = switch (fields.require("kind").oneOf("gpt", "llama")) {
            case "gpt" -> Details.GPT;
            default -> Details.LLAMA;
        };
        Details details = new Details(
                flag(fields, "gated", kind.gated()),
                flag(fields, "bias", kind.bias()),
                flag(fields, "layer-norm", kind.layerNorm()),
                flag(fields, "learned-positions", kind.learnedPositions()),
                flag(fields, "tied-embeddings", kind.tiedEmbeddings()));
        YamlValue experts = fields.find("experts");
        ModelShape model = new ModelShape(
                count(fields, "layers"),
                count(fields, "hidden"),
                heads,
                fields.count("key-value-heads", heads, 1, MOST),
                count(fields, "feed-forward"),
                count(fields, "sequence"),
                count(fields, "vocabulary"),
                details,
                experts == null ? Optional.empty() : Optional.of(at(experts, JobFile::experts)));
        fields.end();
        return model;
    }

    private static Experts experts(YamlFields fields) {
        Experts experts = new Experts(
                count(fields, "count"),
                count(fields, "top-k"),
                count(fields, "feed-forward"),
                fields.count("every", 1, 1, MOST));
        fields.end();
        return experts;
    }

    private static Parallelism parallelism(YamlFields fields) {
        YamlValue sequence = fields.find("sequence");
        SequenceParallelism kind = sequence == null
                ? SequenceParallelism.NONE
                : switch (sequence.oneOf("none", "layers", "all")) {
                    case "none" -> SequenceParallelism.NONE;
                    case "layers" -> SequenceParallelism.LAYERS;
                    default -> SequenceParallelism.ALL;
                };
        YamlValue exchange = fields.find("context-exchange");
        ContextExchange how =
                exchange == null || exchange.oneOf("ring", "all-to-all").equals("ring")
                        ? ContextExchange.RING
                        : ContextExchange.ALL_TO_ALL;
        Parallelism parallelism = new Parallelism(
                count(fields, "tensor"),
                fields.count("context", 1, 1, MOST),
                count(fields, "data"),
                count(fields, "pipeline"),
                fields.count("expert", 1, 1, MOST),
                kind,
                how);
        fields.end();
        return parallelism;
    }

    private static Training training(YamlFields fields) {
        YamlFields precision = fields.require("precision").fields();
        Precision bytes = new Precision(
                bytes(precision, "activations"), bytes(precision, "parameters"), bytes(precision, "gradients"));
        precision.end();
        Sharding sharding = switch (fields.require("sharding").oneOf("none", "optimizer", "gradients", "parameters")) {
            case "none" -> Sharding.NONE;
            case "optimizer" -> Sharding.OPTIMIZER;
            case "gradients" -> Sharding.GRADIENTS;
            default -> Sharding.PARAMETERS;
        };
        Training training = new Training(
                count(fields, "micro-batch"),
                count(fields, "micro-batches"),
                bytes,
                sharding,
                flag(fields, "overlap", false),
                flag(fields, "recompute", false));
        fields.end();
        return training;
    }

    private static int bytes(YamlFields fields, String key) {
        return switch (fields.require(key).oneOf("fp8", "fp16", "bf16", "fp32")) {
            case "fp8" -> 1;
            case "fp32" -> 4;
            default -> 2;
        };
    }

    private static Compute compute(YamlFields fields) {
        Compute compute = new Compute(time(fields, "forward"), time(fields, "backward"), time(fields, "step"));
        fields.end();
        return compute;
    }

    private static long time(YamlFields fields, String key) {
        return fields.require(key).quantity(Units.TIMES_PS, 0) / PS_PER_NS;
    }

    private static Placement placement(YamlFields fields, Parallelism parallelism) {
        List<Dimension> order = new ArrayList<>();
        YamlValue words = fields.find("order");
        if (words == null) {
            order.addAll(Placement.MEGATRON);
        } else {
            words.items().forEach(each -> order.add(dimension(each)));
        }
        YamlValue hosts = fields.find("hosts");
        @Nullable YamlValue perHost = fields.find("ranks-per-host");
        if (hosts != null && perHost != null) {
            throw perHost.error("hosts are listed already, rank by rank");
        }
        Placement placement = hosts == null
                ? Placement.packed(parallelism, order, perHost == null ? 1 : perHost.count(1, MOST))
                : new Placement(
                        parallelism,
                        order,
                        hosts.items().stream()
                                .mapToInt(each -> each.count(0, MOST_HOSTS))
                                .toArray());
        fields.end();
        return placement;
    }

    private static Dimension dimension(YamlValue value) {
        return switch (value.oneOf("tensor", "context", "data", "pipeline")) {
            case "tensor" -> Dimension.TENSOR;
            case "context" -> Dimension.CONTEXT;
            case "data" -> Dimension.DATA;
            default -> Dimension.PIPELINE;
        };
    }

    private static int count(YamlFields fields, String key) {
        return fields.require(key).count(1, MOST);
    }

    private static boolean flag(YamlFields fields, String key, boolean otherwise) {
        YamlValue value = fields.find(key);
        return value == null ? otherwise : value.flag();
    }
}
