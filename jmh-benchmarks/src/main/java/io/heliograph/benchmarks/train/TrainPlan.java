package io.heliograph.benchmarks.train;

import java.util.List;

/**
 * What is trained; the same at all ranks.
 *
 * @param steps how often the parameters change
 * @param batch images that a rank looks at in each step
 * @param learningRate of plain stochastic gradient descent
 * @param seed of first parameters and images
 * @param hidden neurons of the layers between pixels and classes
 * @param images to learn from, again and again in the same order
 * @param heldOut images that the accuracy is told on
 * @param bucketBytes gradients that are averaged in one all-reduce
 */
record TrainPlan(
        int steps,
        int batch,
        float learningRate,
        int seed,
        List<Integer> hidden,
        int images,
        int heldOut,
        long bucketBytes) {
    private static final int MOST_NEURONS = 1 << 14;
    private static final int MOST_IMAGES = 1 << 20;

    TrainPlan {
        hidden = List.copyOf(hidden);
        require(steps >= 1, "--steps", steps, "at least 1");
        require(batch >= 1 && batch <= MOST_IMAGES, "--batch", batch, "1 to " + MOST_IMAGES);
        require(learningRate > 0 && learningRate <= 1e3f, "--learning-rate", learningRate, "above 0, at most 1000");
        for (int neurons : hidden) {
            require(neurons >= 1 && neurons <= MOST_NEURONS, "--hidden", neurons, "1 to " + MOST_NEURONS);
        }
        require(images >= 1 && images <= MOST_IMAGES, "--images", images, "1 to " + MOST_IMAGES);
        require(heldOut >= 1 && heldOut <= MOST_IMAGES, "--held-out", heldOut, "1 to " + MOST_IMAGES);
        require(bucketBytes >= Float.BYTES, "--bucket", bucketBytes, "at least " + Float.BYTES);
    }

    private static void require(boolean fits, String option, Object value, String range) {
        if (!fits) {
            throw new IllegalArgumentException(option + " " + value + ": " + range);
        }
    }

    /**
     * The same for one process that looks at what {@code ranks} of them would.
     *
     * @throws IllegalArgumentException if those are too many images for a batch
     */
    TrainPlan together(int ranks) {
        int all = (int) Math.min(Integer.MAX_VALUE, (long) batch * ranks);
        return new TrainPlan(steps, all, learningRate, seed, hidden, images, heldOut, bucketBytes);
    }
}
