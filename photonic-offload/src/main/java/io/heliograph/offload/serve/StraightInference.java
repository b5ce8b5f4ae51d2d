package io.heliograph.offload.serve;

import io.heliograph.offload.fast.FastInference;

/** The integers computed by vectors; the cycles are those of one query that was stepped when the model was loaded, for they do not depend on the data. */
final class StraightInference implements Inference {

    private final FastInference fast;
    private final long overallCycles;
    private final long computeCycles;

    StraightInference(FastInference fast, long overallCycles, long computeCycles) {
        this.fast = fast;
        this.overallCycles = overallCycles;
        this.computeCycles = computeCycles;
    }

    @Override
    public int infer(long activations) {
        return fast.infer(activations);
    }

    @Override
    public int sum(int output) {
        return fast.sum(output);
    }

    @Override
    public long overallCycles() {
        return overallCycles;
    }

    @Override
    public long computeCycles() {
        return computeCycles;
    }
}
