package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/**
 * Keeps one number of each window of sums that come one behind the other: the largest, or the floor of their mean. The neurons of a layer that pools stand in the order of its windows, so a count of values
 * ends a window and a count of windows the layer. In a layer whose target is 0 sums pass in the same cycle.
 *
 * <p>The mean is an adder and a division by a constant of the layer, or where windows lie on padding in part by a number that is read beside the model, one a window.
 */
final class PoolStage extends Stage {

    private static final int VALUE = 0;
    private static final int WINDOW = 1;
    private static final int EMIT = 1;
    private static final int STOP = 1 << 1;

    private final Tap sum;
    private final Tap layerInput;
    private final Signal pooled;
    private final ResidentModel model;
    private final boolean[] pools;
    private final boolean[] averages;
    private final boolean[] rectifies;
    private int begun;
    private int windows;
    private int values;
    private int largest;
    private long total;
    private boolean stopped;
    private boolean passedAtOnce;

    PoolStage(StageSpec spec, Wiring wiring, int layers, ResidentModel model) {
        super(spec, layers, 1);
        sum = wiring.input(spec, "sum");
        layerInput = wiring.input(spec, "layer");
        pooled = wiring.output(spec, "sum");
        this.model = model;
        pools = new boolean[layers];
        averages = new boolean[layers];
        rectifies = new boolean[layers];
        CountRule rule = spec.ruleFor("value");
        for (int layer = 0; layer < layers; layer++) {
            pools[layer] = rule != null && rule.target(layer) > 0;
            averages[layer] = spec.setting("average", layer) != 0;
            rectifies[layer] = spec.setting("rectify", layer) != 0;
        }
    }

    @Override
    void reset() {
        super.reset();
        begun = 0;
        passedAtOnce = false;
        begin();
    }

    private void begin() {
        clearCounts();
        windows = 0;
        stopped = false;
        clear();
    }

    private void clear() {
        values = 0;
        largest = Short.MIN_VALUE;
        total = 0;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long given = sum.get(cycle);
        if (layer() != begun) {
            begun = layer();
            begin();
        }
        if (!pools[begun]) {
            pooled.put(cycle, given);
            passedAtOnce = true;
            return;
        }
        for (int register = 0; passedAtOnce && register < latency; register++) {
            pooled.put(cycle + register, Signal.NONE);
        }
        passedAtOnce = false;
        pooled.put(cycle + latency, given == Signal.NONE || stopped ? Signal.NONE : take((int) given));
    }

    /** Takes a sum into the window; gives the window's number, if that was its last. */
    private long take(int given) {
        int value = rectifies[begun] ? Math.max(0, given) : given;
        largest = Math.max(largest, value);
        total += value;
        values++;
        if ((fire(VALUE) & EMIT) == 0) {
            return Signal.NONE;
        }
        long number = averages[begun] ? (short) Math.floorDiv(total, model.divisor(begun, windows, values)) : largest;
        windows++;
        stopped = (fire(WINDOW) & STOP) != 0;
        clear();
        return number;
    }

    @Override
    boolean isComputing(long cycle) {
        return pools[layer()] && sum.signal().isValid(cycle) && !pooled.isValid(cycle);
    }

    @Override
    String state() {
        return !pools[begun]
                ? "off"
                : stopped ? "stopped" : (averages[begun] ? "mean " : "largest ") + windows + "/" + values;
    }
}
