package io.heliograph.benchmarks.offload;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.ImageSet;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.query.ReplyLayout;
import java.lang.foreign.Arena;

/** The class and the sums of each image by the integer semantics, computed here, against which answers are held; the first ones by a datapath that is stepped. */
public final class ExpectedAnswers {

    private final int outputs;
    private final long rows;
    private final long rowBytes;

    /**
     * Computes them.
     *
     * @param wavelengths of the device
     * @param images of the network's size
     * @param count of the images, from the first on
     * @param steppedCount of them go through every cycle of a datapath, exact
     */
    public ExpectedAnswers(
            QuantizedNetwork network, int wavelengths, ImageSet images, int count, int steppedCount, Arena arena) {
        outputs = network.outputs();
        rowBytes = Integer.BYTES + (long) outputs * Short.BYTES;
        rows = arena.allocate(count * rowBytes, Integer.BYTES).address();
        IntegerInference straight = new IntegerInference(network, wavelengths, arena);
        try (LocalInference stepped = new LocalInference(network, wavelengths, new NoiseModel.None(), 0, true)) {
            for (int image = 0; image < count; image++) {
                boolean steps = image < steppedCount;
                int answer = steps ? stepped.infer(images.image(image)) : straight.infer(images.image(image));
                NativeMemory.putInt(row(image), answer);
                for (int output = 0; output < outputs; output++) {
                    int sum = steps ? stepped.sum(output) : straight.sum(output);
                    NativeMemory.putShort(sumAddress(image, output), (short) sum);
                }
            }
        }
    }

    private long row(int image) {
        return rows + image * rowBytes;
    }

    private long sumAddress(int image, int output) {
        return row(image) + Integer.BYTES + (long) output * Short.BYTES;
    }

    /** Whether an answer is what it should be; a packet may have fewer sums than there are outputs. */
    public boolean matches(int image, long reply) {
        int sums = ReplyLayout.sums(reply);
        if (ReplyLayout.classOf(reply) != NativeMemory.getInt(row(image)) || sums == 0 || sums > outputs) {
            return false;
        }
        for (int output = 0; output < sums; output++) {
            if (ReplyLayout.sum(reply, output) != NativeMemory.getShort(sumAddress(image, output))) {
                return false;
            }
        }
        return true;
    }
}
