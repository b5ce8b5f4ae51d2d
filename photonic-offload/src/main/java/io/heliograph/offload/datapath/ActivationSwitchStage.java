package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Passes the query's own vector in the first layer and the buffered one in all others. */
final class ActivationSwitchStage extends Stage {

    private final Tap first;
    private final Tap later;
    private final Tap layerInput;
    private final Signal word;

    ActivationSwitchStage(StageSpec spec, Wiring wiring, int layers) {
        super(spec, layers, 1);
        first = wiring.input(spec, "first");
        later = wiring.input(spec, "later");
        layerInput = wiring.input(spec, "layer");
        word = wiring.output(spec, "word");
    }

    @Override
    void step(long cycle) {
        long running = layerInput.get(cycle);
        setLayer(running);
        long given = Signal.NONE;
        if (running == 0) {
            given = first.get(cycle);
        } else if (running > 0 && running != Signal.FINAL) {
            given = later.get(cycle);
        }
        word.put(cycle + latency, given);
    }

    @Override
    String state() {
        return layer() == 0 ? "first" : "later";
    }
}
