package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Makes a sum with its sign bit set 0; where it is not enabled the sum passes in the same cycle. */
final class ReluStage extends Stage {

    private final Tap sum;
    private final Tap layerInput;
    private final Signal value;
    private final boolean[] enabled;
    private boolean passedAtOnce;

    ReluStage(StageSpec spec, Wiring wiring, int layers) {
        super(spec, layers, 1);
        sum = wiring.input(spec, "sum");
        layerInput = wiring.input(spec, "layer");
        value = wiring.output(spec, "value");
        enabled = new boolean[layers];
        for (int layer = 0; layer < layers; layer++) {
            enabled[layer] = spec.setting("enabled", layer) != 0;
        }
    }

    @Override
    void reset() {
        super.reset();
        passedAtOnce = false;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long given = sum.get(cycle);
        if (!enabled[layer()]) {
            value.put(cycle, given);
            passedAtOnce = true;
            return;
        }
        if (passedAtOnce) {
            value.put(cycle, Signal.NONE);
            passedAtOnce = false;
        }
        value.put(cycle + latency, given == Signal.NONE ? given : Math.max(0, given));
    }

    @Override
    boolean isComputing(long cycle) {
        return enabled[layer()] && sum.isValid(cycle) && !value.isValid(cycle);
    }

    @Override
    String state() {
        return enabled[layer()] ? "on" : "off";
    }
}
