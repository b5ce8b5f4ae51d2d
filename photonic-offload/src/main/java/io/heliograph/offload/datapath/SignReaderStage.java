package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Gives the address of each word's signs, from the first word of data on. */
final class SignReaderStage extends Stage {

    private static final int WORD = 0;
    private static final int STOP = 1;

    private final Tap data;
    private final Tap layerInput;
    private final Signal signs;
    private final ResidentModel model;
    private boolean seen;
    private boolean reading;
    private long next;

    SignReaderStage(StageSpec spec, Wiring wiring, int layers, ResidentModel model) {
        super(spec, layers, 1);
        data = wiring.input(spec, "data");
        layerInput = wiring.input(spec, "layer");
        signs = wiring.output(spec, "signs");
        this.model = model;
    }

    @Override
    void reset() {
        super.reset();
        seen = false;
        reading = false;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        boolean valid = data.isValid(cycle);
        if (valid && !seen) {
            clearCounts();
            next = model.signs(layer());
            reading = true;
        }
        seen = valid;
        long given = Signal.NONE;
        if (reading && valid) {
            given = next;
            next += Integer.BYTES;
            reading = (fire(WORD) & STOP) == 0;
        }
        signs.put(cycle + latency, given);
    }

    @Override
    String state() {
        return reading ? "signs" : "idle";
    }
}
