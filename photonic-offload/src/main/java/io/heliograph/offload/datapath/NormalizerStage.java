package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.model.Normalization;

/** Keeps the maximum of a layer's outputs, and gives the shift that belongs to it from the last output on. */
final class NormalizerStage extends Stage {

    private static final int VALUE = 0;
    private static final int LATCH = 1;

    private final Tap value;
    private final Tap layerInput;
    private final Signal shift;
    private int maximum;
    private int latched;

    NormalizerStage(StageSpec spec, Wiring wiring, int layers) {
        super(spec, layers, 1);
        value = wiring.input(spec, "value");
        layerInput = wiring.input(spec, "layer");
        shift = wiring.output(spec, "shift");
    }

    @Override
    void reset() {
        super.reset();
        maximum = 0;
        latched = 0;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long output = value.get(cycle);
        if (output != Signal.NONE) {
            maximum = Math.max(maximum, (int) output);
            if ((fire(VALUE) & LATCH) != 0) {
                latched = Normalization.shiftFor(maximum);
                maximum = 0;
            }
        }
        shift.put(cycle + latency, latched);
    }

    @Override
    String state() {
        return "max " + maximum + " shift " + latched;
    }
}
