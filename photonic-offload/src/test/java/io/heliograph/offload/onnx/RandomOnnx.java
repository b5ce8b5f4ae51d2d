package io.heliograph.offload.onnx;

import io.heliograph.transport.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** ONNX models that a seed makes: every supported operator, in graphs that hold together. */
public final class RandomOnnx {

    private final SeededRandom random;
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final List<OnnxTensor> constants = new ArrayList<>();
    private final boolean plain;
    private final boolean pooled;
    private String value = "image";
    private int channels;
    private int height;
    private int width;

    private RandomOnnx(SeededRandom random, boolean plain, boolean pooled) {
        this.random = random;
        this.plain = plain;
        this.pooled = pooled;
        channels = 1 + random.nextInt(pooled ? 2 : 3);
        height = (pooled ? 5 : 7) + random.nextInt(pooled ? 5 : 8);
        width = (pooled ? 5 : 7) + random.nextInt(pooled ? 5 : 8);
    }

    /** Convolutions, batch normalisation, pools, a branch, dense layers, softmax. */
    public static OnnxModel cnn(SeededRandom random) {
        return new RandomOnnx(random, false, false).build();
    }

    /** What the datapath runs: convolutions and dense layers, with and without biases, ReLU between them. */
    public static OnnxModel convolutionsOnly(SeededRandom random) {
        return new RandomOnnx(random, true, false).build();
    }

    /** What the datapath runs with pools: behind convolutions, ReLU before or behind them, and perhaps at the end. Images are smaller. */
    public static OnnxModel pooled(SeededRandom random) {
        return new RandomOnnx(random, true, true).build();
    }

    private OnnxModel build() {
        List<Long> shape = List.of(plain ? 1L : OnnxModel.UNKNOWN, (long) channels, (long) height, (long) width);
        int layers = 1 + random.nextInt(2);
        for (int k = 0; k < layers && Math.min(height, width) >= 5; k++) {
            convolution();
            if (!plain && random.nextInt(2) == 0) {
                batchNormalization();
            }
            if (!plain && random.nextInt(2) == 0) {
                branch();
            }
            boolean poolsFirst = pooled && random.nextInt(3) == 0;
            if (poolsFirst) {
                pool();
            }
            step("Relu", List.of(value));
            if (!plain || pooled && !poolsFirst && random.nextInt(4) > 0) {
                pool();
            }
        }
        if (pooled && random.nextInt(4) == 0) {
            return endingWithPool(shape);
        }
        flatten();
        int outputs = 2 + random.nextInt(12);
        if (random.nextInt(2) == 0 || plain) {
            int between = 2 + random.nextInt(12);
            dense(channels, between);
            step("Relu", List.of(value));
            channels = between;
        }
        dense(channels, outputs);
        if (!plain && random.nextInt(2) == 0) {
            step("Softmax", List.of(value), OnnxAttribute.of("axis", 1L));
        }
        return new OnnxModel(
                "random",
                13,
                nodes,
                constants,
                List.of(new OnnxModel.Value("image", OnnxTensor.FLOAT, shape)),
                List.of(new OnnxModel.Value(value, OnnxTensor.FLOAT, List.of(OnnxModel.UNKNOWN, (long) outputs))));
    }

    /** A convolution of 1 x 1 with a channel for each class, pooled over the whole image. */
    private OnnxModel endingWithPool(List<Long> shape) {
        int classes = 2 + random.nextInt(6);
        step(
                "Conv",
                List.of(value, constant((long) classes, (long) channels, 1L, 1L), constant(classes)),
                OnnxAttribute.of("kernel_shape", List.of(1L, 1L)));
        channels = classes;
        if (random.nextInt(2) == 0) {
            step("Relu", List.of(value));
        }
        if (random.nextInt(2) == 0) {
            step("GlobalAveragePool", List.of(value));
        } else {
            step("MaxPool", List.of(value), OnnxAttribute.of("kernel_shape", List.of((long) height, (long) width)));
        }
        height = 1;
        width = 1;
        flatten();
        return new OnnxModel(
                "random",
                13,
                nodes,
                constants,
                List.of(new OnnxModel.Value("image", OnnxTensor.FLOAT, shape)),
                List.of(new OnnxModel.Value(value, OnnxTensor.FLOAT, List.of(OnnxModel.UNKNOWN, (long) channels))));
    }

    private void convolution() {
        int groups = channels % 2 == 0 && random.nextInt(2) == 0 ? 2 : 1;
        int to = groups * (1 + random.nextInt(3));
        int kernelHeight = 1 + random.nextInt(3);
        int kernelWidth = 1 + random.nextInt(3);
        long strideY = 1L + random.nextInt(2);
        long strideX = 1L + random.nextInt(2);
        long dilation = 1L + random.nextInt(2);
        List<OnnxAttribute> attributes = new ArrayList<>();
        attributes.add(OnnxAttribute.of("kernel_shape", List.of((long) kernelHeight, (long) kernelWidth)));
        attributes.add(OnnxAttribute.of("strides", List.of(strideY, strideX)));
        attributes.add(OnnxAttribute.of("group", (long) groups));
        int padY = 0;
        int padX = 0;
        switch (random.nextInt(3)) {
            case 0 -> {
                long top = random.nextInt(2);
                long left = random.nextInt(3);
                long bottom = random.nextInt(3);
                long right = random.nextInt(2);
                attributes.add(OnnxAttribute.of("pads", List.of(top, left, bottom, right)));
                attributes.add(OnnxAttribute.of("dilations", List.of(dilation, 1L)));
                padY = (int) (top + bottom);
                padX = (int) (left + right);
            }
            case 1 -> {
                attributes.add(OnnxAttribute.of("auto_pad", "VALID"));
                dilation = 1;
            }
            default -> {
                attributes.add(OnnxAttribute.of("auto_pad", random.nextInt(2) == 0 ? "SAME_UPPER" : "SAME_LOWER"));
                dilation = 1;
                padY = -1;
            }
        }
        List<String> inputs = new ArrayList<>(List.of(
                value, constant((long) to, (long) (channels / groups), (long) kernelHeight, (long) kernelWidth)));
        if (random.nextInt(2) == 0) {
            inputs.add(constant(to));
        }
        step("Conv", inputs, attributes.toArray(OnnxAttribute[]::new));
        channels = to;
        height = padY < 0
                ? (int) Math.ceilDiv(height, strideY)
                : positions(height + padY, kernelHeight, strideY, dilation);
        width = padY < 0 ? (int) Math.ceilDiv(width, strideX) : positions(width + padX, kernelWidth, strideX, 1);
    }

    private static int positions(int size, int kernel, long stride, long dilation) {
        return (int) ((size - dilation * (kernel - 1) - 1) / stride + 1);
    }

    private void batchNormalization() {
        List<String> inputs = new ArrayList<>(List.of(value));
        for (int k = 0; k < 4; k++) {
            float[] values = new float[channels];
            for (int c = 0; c < channels; c++) {
                values[c] = k == 3 ? 0.2f + random.nextInt(100) / 50f : weight();
            }
            inputs.add(add(OnnxTensor.floats("c" + constants.size(), List.of((long) channels), values)));
        }
        step("BatchNormalization", inputs, OnnxAttribute.of("epsilon", 1e-3f));
    }

    /** A 1 x 1 convolution beside what there is, and the sum of both. */
    private void branch() {
        String trunk = value;
        step("Relu", List.of(trunk));
        List<String> inputs = new ArrayList<>(List.of(value, constant((long) channels, (long) channels, 1L, 1L)));
        if (random.nextInt(2) == 0) {
            inputs.add(constant(channels));
        }
        step("Conv", inputs, OnnxAttribute.of("kernel_shape", List.of(1L, 1L)));
        step("Add", List.of(value, trunk));
    }

    private void pool() {
        if (random.nextInt(5) == 0) {
            step("GlobalAveragePool", List.of(value));
            height = 1;
            width = 1;
            return;
        }
        int kernel = Math.min(2 + random.nextInt(2), Math.min(height, width));
        long stride = 1L + random.nextInt(2);
        int pad = kernel > 1 ? random.nextInt(2) : 0;
        List<OnnxAttribute> attributes = new ArrayList<>(List.of(
                OnnxAttribute.of("kernel_shape", List.of((long) kernel, (long) kernel)),
                OnnxAttribute.of("strides", List.of(stride, stride)),
                OnnxAttribute.of("pads", List.of((long) pad, (long) pad, 0L, 0L))));
        boolean average = random.nextInt(2) == 0;
        if (average) {
            attributes.add(OnnxAttribute.of("count_include_pad", (long) random.nextInt(2)));
        }
        step(average ? "AveragePool" : "MaxPool", List.of(value), attributes.toArray(OnnxAttribute[]::new));
        height = positions(height + pad, kernel, stride, 1);
        width = positions(width + pad, kernel, stride, 1);
    }

    private void flatten() {
        channels = channels * height * width;
        if (random.nextInt(2) == 0) {
            step("Flatten", List.of(value));
        } else {
            String shape = add(OnnxTensor.int64("c" + constants.size(), 1, -1));
            step("Reshape", List.of(value, shape));
        }
    }

    private void dense(int inputs, int outputs) {
        if (random.nextInt(2) == 0) {
            boolean transposed = random.nextInt(2) == 0;
            List<String> operands = new ArrayList<>(List.of(
                    value,
                    transposed ? constant((long) outputs, (long) inputs) : constant((long) inputs, (long) outputs)));
            if (!plain || random.nextInt(2) == 0) {
                operands.add(constant(outputs));
            }
            step(
                    "Gemm",
                    operands,
                    OnnxAttribute.of("transB", transposed ? 1L : 0L),
                    OnnxAttribute.of("alpha", 0.5f),
                    OnnxAttribute.of("beta", 2f));
            return;
        }
        step("MatMul", List.of(value, constant((long) inputs, (long) outputs)));
        if (!plain || random.nextInt(2) == 0) {
            step("Add", List.of(value, constant(outputs)));
        }
    }

    private float weight() {
        return (random.nextInt(2_001) - 1_000) / 1_000f;
    }

    private String constant(long... dims) {
        long count = 1;
        List<Long> sizes = new ArrayList<>();
        for (long dim : dims) {
            count *= dim;
            sizes.add(dim);
        }
        float[] values = new float[(int) count];
        for (int k = 0; k < values.length; k++) {
            values[k] = weight();
        }
        return add(OnnxTensor.floats("c" + constants.size(), sizes, values));
    }

    private String add(OnnxTensor tensor) {
        constants.add(tensor);
        return tensor.name();
    }

    private void step(String operator, List<String> inputs, OnnxAttribute... attributes) {
        String name = operator.toLowerCase(Locale.ROOT) + nodes.size();
        nodes.add(OnnxNode.of(name, operator, inputs, attributes));
        value = name;
    }
}
