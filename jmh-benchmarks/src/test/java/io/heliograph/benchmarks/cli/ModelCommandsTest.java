package io.heliograph.benchmarks.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.heliograph.offload.modelfile.ModelFile;
import io.heliograph.offload.onnx.OnnxAttribute;
import io.heliograph.offload.onnx.OnnxModel;
import io.heliograph.offload.onnx.OnnxNode;
import io.heliograph.offload.onnx.OnnxTensor;
import io.heliograph.offload.onnx.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about models: train-digits, model, energy, serve-time, and infer with a model that is not LIGHTNING's. */
class ModelCommandsTest {

    @TempDir
    private Path directory = Path.of("");

    private JsonNode json(HelioRun run) throws IOException {
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return new JsonMapper().readTree(directory.resolve("r.json").toFile()).path("results");
    }

    private String jsonFile() {
        return directory.resolve("r.json").toString();
    }

    /** A convolution with biases over 28 x 28 pixels, pooled or not, and a dense layer. */
    private Path cnn(boolean pooled) throws IOException {
        int values = pooled ? 2 * 6 * 6 : 2 * 13 * 13;
        float[] weights = new float[values * 10];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = (k % 17 - 8) / 10f;
        }
        List<OnnxNode> nodes = new ArrayList<>(List.of(
                OnnxNode.of(
                        "conv",
                        "Conv",
                        List.of("image", "kernels", "biases"),
                        OnnxAttribute.of("strides", List.of(2L, 2L))),
                OnnxNode.of("relu", "Relu", List.of("conv"))));
        if (pooled) {
            nodes.add(OnnxNode.of(
                    "pool",
                    "MaxPool",
                    List.of("relu"),
                    OnnxAttribute.of("kernel_shape", List.of(2L, 2L)),
                    OnnxAttribute.of("strides", List.of(2L, 2L))));
        }
        nodes.add(OnnxNode.of("flat", "Flatten", List.of(pooled ? "pool" : "relu")));
        nodes.add(OnnxNode.of("sums", "MatMul", List.of("flat", "weights")));
        OnnxModel model = new OnnxModel(
                "cnn",
                13,
                nodes,
                List.of(
                        OnnxTensor.floats("kernels", List.of(2L, 1L, 3L, 3L), kernels()),
                        OnnxTensor.floats("biases", List.of(2L), 0.1f, -0.1f),
                        OnnxTensor.floats("weights", List.of((long) values, 10L), weights)),
                List.of(new OnnxModel.Value("image", OnnxTensor.FLOAT, List.of(1L, 1L, 28L, 28L))),
                List.of(new OnnxModel.Value("sums", OnnxTensor.FLOAT, List.of(1L, 10L))));
        return Files.write(directory.resolve("cnn.onnx"), OnnxWriter.write(model));
    }

    /** A convolution, and its sums added to those of a second one. */
    private Path branched() throws IOException {
        float[] weights = new float[2 * 26 * 26 * 10];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = (k % 17 - 8) / 10f;
        }
        OnnxModel model = new OnnxModel(
                "branched",
                13,
                List.of(
                        OnnxNode.of("left", "Conv", List.of("image", "kernels")),
                        OnnxNode.of("right", "Conv", List.of("image", "others")),
                        OnnxNode.of("sum", "Add", List.of("left", "right")),
                        OnnxNode.of("relu", "Relu", List.of("sum")),
                        OnnxNode.of("flat", "Flatten", List.of("relu")),
                        OnnxNode.of("sums", "MatMul", List.of("flat", "weights"))),
                List.of(
                        OnnxTensor.floats("kernels", List.of(2L, 1L, 3L, 3L), kernels()),
                        OnnxTensor.floats("others", List.of(2L, 1L, 3L, 3L), kernels()),
                        OnnxTensor.floats("weights", List.of(2L * 26 * 26, 10L), weights)),
                List.of(new OnnxModel.Value("image", OnnxTensor.FLOAT, List.of(1L, 1L, 28L, 28L))),
                List.of(new OnnxModel.Value("sums", OnnxTensor.FLOAT, List.of(1L, 10L))));
        return Files.write(directory.resolve("branched.onnx"), OnnxWriter.write(model));
    }

    private static float[] kernels() {
        float[] kernels = new float[18];
        for (int k = 0; k < kernels.length; k++) {
            kernels[k] = (k % 5 - 2) / 4f;
        }
        return kernels;
    }

    @Test
    void shouldInferDigitsWithTheShippedModelStraightAndStepped() throws IOException {
        JsonNode straight = json(HelioRun.of("infer", "--local", "--digits", "40", "--json", jsonFile()))
                .path(0);
        assertTrue(straight.path("right").asInt() >= 37, straight::toString);
        JsonNode exact = json(HelioRun.of("infer", "--local", "--exact", "--digits", "40", "--json", jsonFile()))
                .path(0);
        assertEquals(straight.path("right"), exact.path("right"));
        assertEquals(straight.path("emulatedOverallCycles"), exact.path("emulatedOverallCycles"));
        assertEquals(
                Helio.USAGE, HelioRun.of("infer", "--local", "--digits", "0").code());
    }

    @Test
    void shouldInferAGraphThatNoDatapathRuns() throws IOException {
        String file = branched().toString();
        JsonNode row = json(HelioRun.of(
                        "infer",
                        "--local",
                        "--model",
                        file,
                        "--digits",
                        "20",
                        "--csv",
                        directory.resolve("s.csv").toString(),
                        "--json",
                        jsonFile()))
                .path(0);
        assertEquals(20, row.path("images").asInt());
        assertTrue(row.path("emulatedOverallCycles").isMissingNode(), row::toString);
        assertTrue(row.path("energyMicrojoulesPerQuery").asDouble() > 0, row::toString);
        List<String> rows = Files.readAllLines(directory.resolve("s.csv"));
        assertEquals("image,class,s0,s1,s2,s3,s4,s5,s6,s7,s8,s9", rows.getFirst());
        assertEquals(21, rows.size());
        HelioRun exact = HelioRun.of("infer", "--local", "--exact", "--model", file, "--digits", "1");
        assertEquals(Helio.USAGE, exact.code(), exact::toString);
        assertTrue(exact.err().contains("'right': the datapath has no branches"), exact.err());
        HelioRun listed = HelioRun.of("model", "--model", file);
        assertTrue(listed.out().contains("datapath: no, 'right'"), listed::toString);
        assertEquals(
                Helio.USAGE,
                HelioRun.of(
                                "model",
                                "--model",
                                file,
                                "--out",
                                directory.resolve("x").toString())
                        .code());
    }

    /** Biases are the datapath's, so every cycle can be stepped, and Heliograph's own file and ONNX keep them. */
    @Test
    void shouldRunAConvolutionWithBiasesOnTheDatapath() throws IOException {
        String onnx = cnn(false).toString();
        Path own = directory.resolve("cnn.hgm");
        Path again = directory.resolve("again.onnx");
        assertEquals(
                Helio.PASSED,
                HelioRun.of("model", "--model", onnx, "--out", own.toString(), "--onnx", again.toString())
                        .code());
        List<String> straight = rows(onnx, "1");
        assertEquals(21, straight.size());
        assertEquals(straight, rows(own.toString(), "1"));
        assertEquals(straight, rows(again.toString(), "1"));
        assertEquals(straight.subList(0, 3), rows(onnx, "1", "--exact", "--count", "2"));
        List<String> four = rows(onnx, "4");
        assertNotEquals(straight, four);
        assertEquals(four.subList(0, 3), rows(onnx, "4", "--exact", "--count", "2"));
    }

    @Test
    void shouldRunAPooledConvolutionOnTheDatapath() throws IOException {
        String onnx = cnn(true).toString();
        Path own = directory.resolve("pooled.hgm");
        HelioRun listed = HelioRun.of("model", "--model", onnx, "--out", own.toString());
        assertEquals(Helio.PASSED, listed.code(), listed::toString);
        assertTrue(listed.out().contains("datapath: yes") && listed.out().contains("dense/max 4"), listed::toString);
        List<String> straight = rows(onnx, "1");
        assertEquals(21, straight.size());
        assertEquals(straight, rows(own.toString(), "1"));
        assertEquals(straight.subList(0, 3), rows(onnx, "1", "--exact", "--count", "2"));
        assertEquals(rows(onnx, "2").subList(0, 3), rows(onnx, "2", "--exact", "--count", "2"));
        Path text = directory.resolve("pooled.dp");
        Path drawn = directory.resolve("pooled.svg");
        HelioRun compiled =
                HelioRun.of("datapath", "--model", onnx, "--text", text.toString(), "--svg", drawn.toString());
        assertEquals(Helio.PASSED, compiled.code(), compiled::toString);
        assertTrue(Files.readString(text).contains("layer 784 -> 288 pool 4"), Files.readString(text));
        assertTrue(Files.readString(drawn).contains("784-288/4-10"));
        HelioRun stepped = HelioRun.of("datapath", text.toString(), "--cycles", "90..95", "--stages", "pool");
        assertEquals(Helio.PASSED, stepped.code(), stepped::toString);
        String cycles = straight.get(1).split(",", -1)[12];
        assertTrue(stepped.out().contains(" " + cycles + " "), stepped::toString);
        HelioRun refused = HelioRun.of(
                "model", "--model", onnx, "--onnx", directory.resolve("x").toString());
        assertEquals(Helio.USAGE, refused.code(), refused::toString);
        assertTrue(refused.err().contains("pools"), refused.err());
    }

    private List<String> rows(String model, String wavelengths, String... more) throws IOException {
        Path csv = directory.resolve("rows.csv");
        List<String> arguments = new ArrayList<>(List.of("infer", "--local", "--model", model, "--digits", "20"));
        arguments.addAll(List.of("--wavelengths", wavelengths, "--csv", csv.toString()));
        arguments.addAll(List.of(more));
        HelioRun run = HelioRun.of(arguments.toArray(String[]::new));
        assertEquals(Helio.PASSED, run.code(), run::toString);
        return Files.readAllLines(csv);
    }

    @Test
    void shouldConvertTheShippedModelThereAndBack() throws IOException {
        Path onnx = directory.resolve("digits.onnx");
        Path back = directory.resolve("digits.hgm");
        assertEquals(
                Helio.PASSED, HelioRun.of("model", "--onnx", onnx.toString()).code());
        HelioRun converted = HelioRun.of("model", "--model", onnx.toString(), "--out", back.toString());
        assertEquals(Helio.PASSED, converted.code(), converted::toString);
        assertArrayEquals(ModelFile.builtInBytes(), Files.readAllBytes(back));
        HelioRun missing =
                HelioRun.of("model", "--model", directory.resolve("none").toString());
        assertEquals(Helio.ENVIRONMENT, missing.code(), missing::toString);
        HelioRun broken = HelioRun.of(
                "model",
                "--model",
                Files.writeString(directory.resolve("b"), "xyz").toString());
        assertEquals(Helio.ENVIRONMENT, broken.code(), broken::toString);
        assertEquals(Helio.USAGE, HelioRun.of("model", "--scale-per-layer").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("model", "--model", "a", "--lightning-weights", "b").code());
        assertEquals(Helio.USAGE, HelioRun.of("model", "--sum-bits", "8").code());
    }

    @Test
    void shouldTrainAModelThatInferReads() throws IOException {
        String file = directory.resolve("small.hgm").toString();
        JsonNode row = json(HelioRun.of(
                        "train-digits",
                        "--images",
                        "1500",
                        "--epochs",
                        "2",
                        "--rate",
                        "0.02",
                        "--hidden",
                        "16",
                        "--tested",
                        "200",
                        "--out",
                        file,
                        "--json",
                        jsonFile()))
                .path(0);
        assertTrue(row.path("integerRight").asInt() > 140, row::toString);
        assertEquals(Files.size(Path.of(file)), row.path("bytes").asLong());
        JsonNode inferred = json(HelioRun.of(
                        "infer", "--local", "--model", file, "--digits", "200", "--json", jsonFile()))
                .path(0);
        assertEquals(row.path("integerRight"), inferred.path("right"), "the same images that were held out");
        assertEquals(Helio.USAGE, HelioRun.of("train-digits", "--images", "0").code());
        assertEquals(Helio.USAGE, HelioRun.of("train-digits", "--tested", "0").code());
    }

    @Test
    void shouldCostAQueryLayerByLayer() throws IOException {
        JsonNode rows = json(HelioRun.of("energy", "--json", jsonFile()));
        JsonNode total = rows.path(rows.size() - 1);
        double sum = 0;
        for (int k = 0; k < rows.size() - 1; k++) {
            sum += rows.path(k).path("totalNanojoules").asDouble();
        }
        assertEquals("total", total.path("layer").asText());
        assertEquals(sum, total.path("totalNanojoules").asDouble(), sum * 1e-9);
        assertTrue(sum > 0, rows::toString);
        JsonNode stepped = json(HelioRun.of("infer", "--local", "--digits", "1", "--json", jsonFile()));
        assertEquals(
                stepped.path(0).path("emulatedOverallCycles"),
                total.path("emulatedCycles"),
                "cycles are the stepped ones");
        assertTrue(HelioRun.of("energy", "--constants").out().contains("Horowitz"));
        assertEquals(
                Helio.PASSED,
                HelioRun.of("energy", "--model", branched().toString()).code());
        Path bad = Files.writeString(directory.resolve("d.csv"), "constant,value,unit,source\nadc,x,pJ/sample,y\n");
        HelioRun refused = HelioRun.of("energy", "--device", bad.toString());
        assertEquals(Helio.ENVIRONMENT, refused.code());
        assertTrue(refused.err().contains("d.csv:2: adc is no number: x"), refused.err());
    }

    @Test
    void shouldSimulateServeTimesFromASeed() throws IOException {
        String[] arguments = {
            "serve-time",
            "--orders",
            "1",
            "--requests",
            "10",
            "--scheduled",
            "40",
            "--link",
            "0.01",
            "--json",
            jsonFile()
        };
        JsonNode first = json(HelioRun.of(arguments));
        assertEquals(first, json(HelioRun.of(arguments)));
        assertEquals(7 + 7 + 1, first.size(), "alone, under load, and the mean");
        for (int k = 0; k < 7; k++) {
            assertTrue(
                    first.path(k).path("A100Nanoseconds").asDouble()
                            > 5 * first.path(k).path("LIGHTNINGNanoseconds").asDouble(),
                    first.path(k)::toString);
        }
        assertEquals(Helio.USAGE, HelioRun.of("serve-time", "--link", "0").code());
        assertEquals(
                Helio.USAGE,
                HelioRun.of("serve-time", "--requests", "50", "--scheduled", "40")
                        .code());
    }
}
