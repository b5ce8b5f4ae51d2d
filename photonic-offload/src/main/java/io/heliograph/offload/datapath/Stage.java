package io.heliograph.offload.datapath;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage at work. In each cycle it reads what its inputs give in that cycle, counts, acts, and writes what it gives as many cycles later as it has registers.
 */
abstract class Stage {

    private final StageSpec spec;
    private final @Nullable Counter[] counters;
    private final int lastLayer;
    final int latency;
    /** Whose targets apply; the last layer's while the result is on its way. */
    private int layer;

    Stage(StageSpec spec, int layers, int copies) {
        this.spec = spec;
        lastLayer = layers - 1;
        latency = spec.settings().containsKey("latency") ? spec.setting("latency") : 0;
        List<String> events = spec.kind().events();
        counters = new @Nullable Counter[events.size()];
        for (int k = 0; k < counters.length; k++) {
            CountRule rule = spec.ruleFor(events.get(k));
            if (rule != null) {
                counters[k] = new Counter(rule, spec.kind().actions(), layers, copies);
            }
        }
    }

    final StageSpec spec() {
        return spec;
    }

    final int layer() {
        return layer;
    }

    /** Loads the targets of the layer that a signal names. */
    final void setLayer(long named) {
        layer = named < 0 ? 0 : (int) Math.min(named, lastLayer);
    }

    /** Counts an event; returns the bits of the actions that fire. */
    final int fire(int event) {
        return fire(event, 0);
    }

    final int fire(int event, int copy) {
        Counter counter = counters[event];
        return counter == null ? 0 : counter.count(layer, copy);
    }

    final void clearCounts() {
        for (Counter counter : counters) {
            if (counter != null) {
                counter.clear();
            }
        }
    }

    /** As when power came. */
    void reset() {
        layer = 0;
        clearCounts();
    }

    /** One cycle. */
    abstract void step(long cycle);

    /** Whether it computes: it has input and no output yet. Asked behind the cycle's last step. */
    boolean isComputing(long cycle) {
        return false;
    }

    /** What it is doing, for people. */
    abstract String state();

    /** State, counts and targets, for people. */
    final String describe() {
        StringBuilder text = new StringBuilder(state());
        for (Counter counter : counters) {
            if (counter != null) {
                counter.describe(text, layer);
            }
        }
        return text.toString();
    }
}
