package io.heliograph.offload.serve;

/** One thread's way to ask a loaded model: straight from the address where the activations lie. Allocates nothing. */
public interface Inference {
    /**
     * Runs one query.
     *
     * @param activations as many bytes as the model has inputs, read and not changed
     * @return the class, or negative if the datapath comes to no answer
     */
    int infer(long activations);

    /** The sum of one output of the last query. */
    int sum(int output);

    /** Emulated time of the last query from start to answer, in cycles of the device. */
    long overallCycles();

    /** Those of them in which a stage had input and no output yet. */
    long computeCycles();
}
