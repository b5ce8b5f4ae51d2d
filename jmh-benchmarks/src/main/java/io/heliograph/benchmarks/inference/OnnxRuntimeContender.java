package io.heliograph.benchmarks.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.QuantizedNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on the CPU, one thread, batch 1, all optimisations. What can be made before is: a tensor for each image, and the one that takes the output, so that a query is a call of run and
 * a look at the output.
 */
final class OnnxRuntimeContender implements Contender {

    /** Images whose activations decide the scales of int8. */
    private static final int CALIBRATION_IMAGES = 500;

    private final String name;
    private final OrtSession session;
    private final List<Map<String, OnnxTensor>> inputs = new ArrayList<>();
    private final Map<String, OnnxValue> outputs;
    private final OnnxTensor output;
    private final FloatBuffer floats;
    private final ByteBuffer bytes;
    private final boolean quantized;
    private final int classes;

    private OnnxRuntimeContender(
            String name, byte[] model, boolean quantized, QuantizedNetwork network, ImageSet images, int count)
            throws OrtException {
        this.name = name;
        this.quantized = quantized;
        classes = network.outputs();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            session = environment.createSession(model, options);
        }
        long[] shape = {1, network.inputs()};
        for (int image = 0; image < count; image++) {
            ByteBuffer pixels = direct(network.inputs() * (quantized ? 1 : Float.BYTES));
            for (int pixel = 0; pixel < network.inputs(); pixel++) {
                int value = pixel(images, image, pixel);
                if (quantized) {
                    pixels.put((byte) value);
                } else {
                    pixels.putFloat(value);
                }
            }
            pixels.flip();
            inputs.add(Map.of(
                    OnnxPerceptron.INPUT,
                    quantized
                            ? OnnxTensor.createTensor(environment, pixels, shape, OnnxJavaType.UINT8)
                            : OnnxTensor.createTensor(environment, pixels.asFloatBuffer(), shape)));
        }
        long[] outputShape = {1, classes};
        bytes = direct(classes * (quantized ? 1 : Float.BYTES));
        floats = bytes.asFloatBuffer();
        output = quantized
                ? OnnxTensor.createTensor(environment, bytes, outputShape, OnnxJavaType.UINT8)
                : OnnxTensor.createTensor(environment, floats, outputShape);
        outputs = Map.of(OnnxPerceptron.OUTPUT, output);
    }

    private static int pixel(ImageSet images, int image, int index) {
        return NativeMemory.getUnsignedByte(images.image(image) + index);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** In float. */
    static OnnxRuntimeContender inFloat(QuantizedNetwork network, ImageSet images, int count) {
        return make("ONNX Runtime float", OnnxPerceptron.inFloat(network), false, network, images, count);
    }

    /** In int8, with scales of outputs from the first images. */
    static OnnxRuntimeContender inBytes(QuantizedNetwork network, ImageSet images, int count) {
        byte[] model = OnnxPerceptron.inBytes(network, largest(network, images, Math.min(count, CALIBRATION_IMAGES)));
        return make("ONNX Runtime int8", model, true, network, images, count);
    }

    private static OnnxRuntimeContender make(
            String name, byte[] model, boolean quantized, QuantizedNetwork network, ImageSet images, int count) {
        try {
            return new OnnxRuntimeContender(name, model, quantized, network, images, count);
        } catch (OrtException | UnsatisfiedLinkError e) {
            throw new EnvironmentException("ONNX Runtime does not run here: " + e.getMessage(), e);
        }
    }

    /** The largest magnitude of each layer's outputs, in double precision. */
    private static List<Double> largest(QuantizedNetwork network, ImageSet images, int count) {
        double[] largest = new double[network.layers().size()];
        for (int image = 0; image < count; image++) {
            double[] values = new double[network.inputs()];
            for (int pixel = 0; pixel < values.length; pixel++) {
                values[pixel] = pixel(images, image, pixel);
            }
            for (int k = 0; k < largest.length; k++) {
                DenseLayer layer = network.layers().get(k);
                double[] sums = new double[layer.outputs()];
                for (int output = 0; output < sums.length; output++) {
                    for (int input = 0; input < values.length; input++) {
                        sums[output] += values[input] * layer.weight(output, input) / network.scale();
                    }
                    sums[output] = layer.relu() ? Math.max(0, sums[output]) : sums[output];
                    largest[k] = Math.max(largest[k], Math.abs(sums[output]));
                }
                values = sums;
            }
        }
        List<Double> all = new ArrayList<>();
        for (double value : largest) {
            all.add(value);
        }
        return all;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int infer(int image) throws OrtException {
        try (OrtSession.Result _ = session.run(inputs.get(image), Set.of(), outputs)) {
            int best = 0;
            for (int k = 1; k < classes; k++) {
                best = value(k) > value(best) ? k : best;
            }
            return best;
        }
    }

    private float value(int index) {
        return quantized ? bytes.get(index) & 0xFF : floats.get(index);
    }

    @Override
    public void close() {
        output.close();
        inputs.forEach(each -> each.values().forEach(OnnxTensor::close));
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime does not end", e);
        }
    }
}
