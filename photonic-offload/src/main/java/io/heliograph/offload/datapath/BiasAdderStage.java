package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/**
 * Adds a bias to each sum of a layer, in 16 bits. Biases are stored in the units of a query whose vectors were not shifted; each shift between layers halves the units of all that comes behind it, so the stage keeps
 * the shifts of the query and moves the biases by them, rounded half to even.
 */
final class BiasAdderStage extends Stage {

    private static final int SUM = 0;
    private static final int STOP = 1;

    private final Tap sum;
    private final Tap shift;
    private final Tap layerInput;
    private final Signal biased;
    private final ResidentModel model;
    private int position;
    private int begun;
    private double units;
    private boolean stopped;

    BiasAdderStage(StageSpec spec, Wiring wiring, int layers, ResidentModel model) {
        super(spec, layers, 1);
        sum = wiring.input(spec, "sum");
        shift = wiring.input(spec, "shift");
        layerInput = wiring.input(spec, "layer");
        biased = wiring.output(spec, "sum");
        this.model = model;
    }

    @Override
    void reset() {
        super.reset();
        position = 0;
        begun = 0;
        units = 1;
        stopped = false;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long given = sum.get(cycle);
        if (given != Signal.NONE) {
            if (layer() != begun) {
                begin(cycle);
            }
            if (!stopped) {
                given = (short) (given + model.addend(begun, position, units));
                position++;
                stopped = (fire(SUM) & STOP) != 0;
            }
        }
        biased.put(cycle + latency, given);
    }

    /** The first sum of a layer: the vector that it is of has been shifted once more. */
    private void begin(long cycle) {
        long by = shift.get(cycle);
        units = by == Signal.NONE ? units : Math.scalb(units, (int) -by);
        begun = layer();
        position = 0;
        stopped = false;
        clearCounts();
    }

    @Override
    boolean isComputing(long cycle) {
        return sum.signal().isValid(cycle) && !biased.isValid(cycle);
    }

    @Override
    String state() {
        return stopped ? "stopped" : "add " + position;
    }
}
