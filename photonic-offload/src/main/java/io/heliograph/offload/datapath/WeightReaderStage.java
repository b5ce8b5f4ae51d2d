package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Streams a layer's weights as indices of words in the device's memory: the preamble's word, then all words of the layer once. */
final class WeightReaderStage extends Stage {

    private static final int PREAMBLE = 0;
    private static final int WORD = 1;
    private static final int DATA = 1;
    private static final int STOP = 1 << 1;

    private enum State {
        IDLE,
        PREAMBLE,
        DATA
    }

    private final Tap layerInput;
    private final Tap changed;
    private final Signal word;
    private final ResidentModel model;
    private State state = State.IDLE;
    private int next;

    WeightReaderStage(StageSpec spec, Wiring wiring, int layers, ResidentModel model) {
        super(spec, layers, 1);
        layerInput = wiring.input(spec, "layer");
        changed = wiring.input(spec, "changed");
        word = wiring.output(spec, "word");
        this.model = model;
    }

    @Override
    void reset() {
        super.reset();
        state = State.IDLE;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        if (changed.isValid(cycle)) {
            clearCounts();
            boolean runs = layerInput.get(cycle) != Signal.FINAL;
            next = runs ? model.layerWord(layer()) : 0;
            state = runs ? State.PREAMBLE : State.IDLE;
        }
        long given = Signal.NONE;
        if (state == State.PREAMBLE) {
            given = model.preambleWord();
            if ((fire(PREAMBLE) & DATA) != 0) {
                state = State.DATA;
            }
        } else if (state == State.DATA) {
            given = next;
            next += model.wavelengths();
            if ((fire(WORD) & STOP) != 0) {
                state = State.IDLE;
            }
        }
        word.put(cycle + latency, given);
    }

    @Override
    String state() {
        return state.name();
    }
}
