package io.heliograph.offload.digits;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.noise.Chance;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Trains a multi-layer perceptron without biases, ReLU between its layers, by plain stochastic gradient descent on cross entropy, one image at a time.
 *
 * <p>Without biases scaling a layer changes no answer, which is what LIGHTNING's integers need. The JDK's float arithmetic is strict and no sum is reordered:
 * the same seed and images give the same weights, bit by bit, on every machine. One thread.
 */
public final class PerceptronTrainer {

    private static final float PIXEL = 1 / 255f;

    private final int[] widths;
    /** A row per input, so that the inputs that are 0 cost nothing. */
    private final float[][] weights;

    private final float[][] values;
    private final float[][] errors;
    private final SeededRandom random;

    /**
     * Begins with weights from a Gaussian of deviation sqrt(2 / inputs) (He et al., ICCV 2015).
     *
     * @param widths inputs first, classes last; at least two
     */
    public PerceptronTrainer(long seed, int... widths) {
        if (widths.length < 2 || Arrays.stream(widths).anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException("no network: widths=" + Arrays.toString(widths));
        }
        this.widths = widths.clone();
        random = new SeededRandom(seed);
        Chance chance = new Chance(random);
        weights = new float[widths.length - 1][];
        values = new float[widths.length][];
        errors = new float[widths.length][];
        for (int k = 0; k < widths.length; k++) {
            values[k] = new float[widths[k]];
            errors[k] = new float[widths[k]];
        }
        for (int k = 0; k < weights.length; k++) {
            weights[k] = new float[widths[k] * widths[k + 1]];
            double deviation = Math.sqrt(2.0 / widths[k]);
            for (int w = 0; w < weights[k].length; w++) {
                weights[k][w] = (float) (deviation * chance.gaussian());
            }
        }
    }

    /** Every image once, in an order drawn from the seed. */
    public void trainEpoch(ImageSet images, float rate) {
        int[] order = new int[images.count()];
        Arrays.setAll(order, k -> k);
        for (int k = order.length - 1; k > 0; k--) {
            int other = random.nextInt(k + 1);
            int kept = order[k];
            order[k] = order[other];
            order[other] = kept;
        }
        for (int image : order) {
            forward(images.image(image));
            backward(images.label(image), rate);
        }
    }

    /** The class that the network in float has for an image. */
    public int classify(long image) {
        forward(image);
        float[] sums = values[widths.length - 1];
        int best = 0;
        for (int k = 1; k < sums.length; k++) {
            best = sums[k] > sums[best] ? k : best;
        }
        return best;
    }

    /** How many images of a labelled set the network in float has right. */
    public int right(ImageSet images) {
        int right = 0;
        for (int image = 0; image < images.count(); image++) {
            right += classify(images.image(image)) == images.label(image) ? 1 : 0;
        }
        return right;
    }

    /**
     * The layers, each scaled so that its largest weight is 1, which changes no class and gives each the whole range of integers.
     *
     * @param arena owns the weights
     */
    public List<FloatLayer> layers(Arena arena) {
        List<FloatLayer> layers = new ArrayList<>();
        for (int k = 0; k < weights.length; k++) {
            int inputs = widths[k];
            int outputs = widths[k + 1];
            float largest = Float.MIN_NORMAL;
            for (float weight : weights[k]) {
                largest = Math.max(largest, Math.abs(weight));
            }
            MemorySegment floats = arena.allocate((long) inputs * outputs * Float.BYTES, Float.BYTES);
            for (int input = 0; input < inputs; input++) {
                for (int output = 0; output < outputs; output++) {
                    float weight = weights[k][input * outputs + output] / largest;
                    NativeMemory.putInt(
                            floats.address() + ((long) output * inputs + input) * Float.BYTES,
                            Float.floatToRawIntBits(weight));
                }
            }
            layers.add(new FloatLayer(outputs, inputs, floats));
        }
        return layers;
    }

    private void forward(long image) {
        for (int k = 0; k < widths[0]; k++) {
            values[0][k] = NativeMemory.getUnsignedByte(image + k) * PIXEL;
        }
        for (int k = 0; k < weights.length; k++) {
            float[] sums = values[k + 1];
            Arrays.fill(sums, 0);
            for (int input = 0; input < widths[k]; input++) {
                if (values[k][input] != 0) {
                    accumulate(sums, values[k][input], weights[k], input * sums.length);
                }
            }
            if (k < weights.length - 1) {
                for (int output = 0; output < sums.length; output++) {
                    sums[output] = Math.max(0, sums[output]);
                }
            }
        }
    }

    private static void accumulate(float[] sums, float value, float[] row, int from) {
        for (int output = 0; output < sums.length; output++) {
            sums[output] += value * row[from + output];
        }
    }

    private void backward(int label, float rate) {
        float[] last = errors[widths.length - 1];
        softmax(values[widths.length - 1], last);
        last[label] -= 1;
        for (int k = weights.length - 1; k >= 0; k--) {
            float[] error = errors[k + 1];
            for (int input = 0; input < widths[k]; input++) {
                float value = values[k][input];
                // A ReLU that is closed passes no error, and an input of 0 changes no weight.
                errors[k][input] = k > 0 && value > 0 ? dot(weights[k], input * error.length, error) : 0;
                if (value != 0) {
                    descend(weights[k], input * error.length, -rate * value, error);
                }
            }
        }
    }

    private static float dot(float[] row, int from, float[] error) {
        float sum = 0;
        for (int output = 0; output < error.length; output++) {
            sum += row[from + output] * error[output];
        }
        return sum;
    }

    private static void descend(float[] row, int from, float step, float[] error) {
        for (int output = 0; output < error.length; output++) {
            row[from + output] += step * error[output];
        }
    }

    private static void softmax(float[] sums, float[] to) {
        float maximum = sums[0];
        for (float sum : sums) {
            maximum = Math.max(maximum, sum);
        }
        float total = 0;
        for (int k = 0; k < sums.length; k++) {
            to[k] = (float) StrictMath.exp(sums[k] - maximum);
            total += to[k];
        }
        for (int k = 0; k < sums.length; k++) {
            to[k] /= total;
        }
    }
}
