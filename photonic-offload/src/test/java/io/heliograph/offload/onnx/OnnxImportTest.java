package io.heliograph.offload.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.offload.graph.LayerGraph;
import io.heliograph.offload.graph.Operator;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnnxImportTest {

    private static final OnnxTensor MATRIX = OnnxTensor.floats("w", List.of(4L, 2L), 1, 2, 3, 4, 5, 6, 7, 8);
    private static final OnnxTensor KERNELS = OnnxTensor.floats("k", List.of(2L, 1L, 1L, 2L), 1, 2, 3, 4);
    private static final List<Long> VECTOR = List.of(1L, 4L);
    private static final List<Long> IMAGE = List.of(1L, 1L, 2L, 2L);

    private static OnnxModel model(List<Long> shape, OnnxNode... nodes) {
        List<OnnxTensor> constants =
                new ArrayList<>(List.of(MATRIX, KERNELS, OnnxTensor.floats("b", List.of(2L), 1, -1)));
        constants.add(OnnxTensor.floats("four", List.of(4L), 1, 2, 3, 4));
        constants.add(OnnxTensor.int64("shape", 1, 3));
        return new OnnxModel(
                "m",
                13,
                List.of(nodes),
                constants,
                List.of(new OnnxModel.Value("x", OnnxTensor.FLOAT, shape)),
                List.of(new OnnxModel.Value(
                        nodes[nodes.length - 1].outputs().getFirst(), OnnxTensor.FLOAT, List.of())));
    }

    private static LayerGraph read(OnnxModel model, Arena arena) throws OnnxException {
        return OnnxImport.of("m.onnx", OnnxReader.read("m.onnx", OnnxWriter.write(model)), arena);
    }

    private static void refused(String expected, List<Long> shape, OnnxNode... nodes) {
        try (Arena arena = Arena.ofConfined()) {
            OnnxException refused = assertThrows(OnnxException.class, () -> read(model(shape, nodes), arena));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.startsWith("m.onnx: ") && message.contains(expected), message);
        }
    }

    @Test
    void shouldNameTheNodeThatIsNotSupported() {
        refused(
                "node 'lstm' (LSTM): this operator is not supported; Gemm, MatMul",
                VECTOR,
                OnnxNode.of("lstm", "LSTM", List.of("x")));
        refused(
                "node '#0' (com.acme.Relu): this operator",
                VECTOR,
                new OnnxNode("", "Relu", "com.acme", List.of("x"), List.of("y"), List.of()));
        refused("node 'r' (Relu): its operand 1 is not known: 'z'", VECTOR, OnnxNode.of("r", "Relu", List.of("z")));
        refused(
                "node 'm' (MatMul): its operand 1 is a constant",
                VECTOR,
                OnnxNode.of("m", "MatMul", List.of("w", "x")));
        refused("'x'", VECTOR, OnnxNode.of("m", "MatMul", List.of("x", "x")));
        refused(
                "node 'bn' (BatchNormalization): it is supported behind",
                IMAGE,
                OnnxNode.of("r", "Relu", List.of("x")),
                OnnxNode.of("bn", "BatchNormalization", List.of("r", "b", "b", "b", "b")));
        refused(
                "node 'add' (Add): it is supported behind",
                VECTOR,
                OnnxNode.of("r", "Relu", List.of("x")),
                OnnxNode.of("add", "Add", List.of("r", "four")));
        refused(
                "node 'p' (MaxPool): ceil_mode",
                IMAGE,
                OnnxNode.of(
                        "p",
                        "MaxPool",
                        List.of("x"),
                        OnnxAttribute.of("kernel_shape", List.of(2L, 2L)),
                        OnnxAttribute.of("ceil_mode", 1L)));
        refused(
                "node 'g' (Gemm): transA",
                VECTOR,
                OnnxNode.of("g", "Gemm", List.of("x", "w"), OnnxAttribute.of("transA", 1L)));
    }

    @Test
    void shouldNameShapesThatDoNotFit() {
        refused(
                "node 'm' (MatMul): the matrix does not fit: [1, 5] by [4, 2]",
                List.of(1L, 5L),
                OnnxNode.of("m", "MatMul", List.of("x", "w")));
        refused(
                "node 'c' (Conv): its operand is not 1 x channels",
                VECTOR,
                OnnxNode.of("c", "Conv", List.of("x", "k")));
        refused(
                "node 'c' (Conv): the kernels do not fit",
                List.of(1L, 3L, 2L, 2L),
                OnnxNode.of("c", "Conv", List.of("x", "k")));
        refused(
                "node 'c' (Conv): no such window",
                List.of(1L, 1L, 1L, 1L),
                OnnxNode.of("c", "Conv", List.of("x", "k")));
        refused(
                "node 'r' (Reshape): no such shape: [1, 4] to [1, 3]",
                VECTOR,
                OnnxNode.of("r", "Reshape", List.of("x", "shape")));
        refused(
                "node 's' (Softmax): softmax over the whole vector",
                IMAGE,
                OnnxNode.of("s", "Softmax", List.of("x"), OnnxAttribute.of("axis", 1L)));
        refused(
                "node 'add' (Add): shapes differ",
                IMAGE,
                OnnxNode.of("f", "Flatten", List.of("x")),
                OnnxNode.of("add", "Add", List.of("x", "f")));
        refused("too many values", List.of(1L, 2_000_000_000L), OnnxNode.of("r", "Relu", List.of("x")));
        refused("a batch of 1 is supported", List.of(3L, 4L), OnnxNode.of("m", "MatMul", List.of("x", "w")));
        refused(
                "the input's shape is not known",
                List.of(1L, OnnxModel.UNKNOWN),
                OnnxNode.of("m", "MatMul", List.of("x", "w")));
    }

    @Test
    void shouldNotFoldIntoALayerThatOthersTake() {
        refused(
                "node 'add' (Add): it is supported behind",
                VECTOR,
                OnnxNode.of("m", "MatMul", List.of("x", "w")),
                OnnxNode.of("add", "Add", List.of("m", "b")),
                OnnxNode.of("both", "Add", List.of("m", "add")));
    }

    @Test
    void shouldFoldAndForgetWhatComputesNothing() throws OnnxException {
        try (Arena arena = Arena.ofConfined()) {
            OnnxNode constant = new OnnxNode(
                    "k2",
                    "Constant",
                    "",
                    List.of(),
                    List.of("k2"),
                    List.of(OnnxAttribute.of("value", OnnxTensor.floats("", List.of(2L), 3, 4))));
            LayerGraph graph = read(
                    model(
                            VECTOR,
                            constant,
                            OnnxNode.of("i", "Identity", List.of("x")),
                            OnnxNode.of("m", "MatMul", List.of("i", "w")),
                            OnnxNode.of("add", "Add", List.of("k2", "m")),
                            OnnxNode.of("d", "Dropout", List.of("add"))),
                    arena);
            assertEquals(2, graph.operators().size());
            Operator.Linear linear = (Operator.Linear) graph.operators().getLast();
            assertEquals(3, linear.biases().get(0));
            assertEquals(4, linear.biases().get(1));
            assertEquals(5, linear.weights().weight(0, 2), "rows are neurons");
        }
    }

    @Test
    void shouldSayOfDamagedBytesThatTheyAreNoModel() {
        byte[] whole = OnnxWriter.write(RandomOnnx.cnn(new SeededRandom(3)));
        SeededRandom random = new SeededRandom(4);
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] damaged =
                    random.nextInt(2) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = 0; damaged.length > 0 && k < 1 + random.nextInt(4); k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try (Arena arena = Arena.ofConfined()) {
                OnnxImport.of("m.onnx", OnnxReader.read("m.onnx", damaged), arena);
            } catch (OnnxException e) {
                assertTrue(String.valueOf(e.getMessage()).startsWith("m.onnx: "), e::toString);
                refused++;
            }
        }
        assertTrue(refused > 1_000, "refused " + refused);
    }
}
