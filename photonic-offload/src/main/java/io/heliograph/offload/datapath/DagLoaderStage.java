package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Goes from layer to layer: gives the number of the one that runs, and announces each change. Behind the last one comes the result. */
final class DagLoaderStage extends Stage {

    private static final int LOAD = 0;
    private static final int LAST = 1;

    private final Tap start;
    private final Tap next;
    private final Signal layerSignal;
    private final Signal changed;
    private final int announce;
    private long running = Signal.NONE;
    private boolean lastLoaded;

    DagLoaderStage(StageSpec spec, Wiring wiring, int layers) {
        super(spec, layers, 1);
        start = wiring.input(spec, "start");
        next = wiring.input(spec, "next");
        layerSignal = wiring.output(spec, "layer");
        changed = wiring.output(spec, "changed");
        announce = spec.setting("announce");
    }

    @Override
    void reset() {
        super.reset();
        running = Signal.NONE;
        lastLoaded = false;
    }

    @Override
    void step(long cycle) {
        boolean begins = start.isValid(cycle);
        boolean changes = begins || running != Signal.NONE && next.isValid(cycle);
        if (changes) {
            running = begins ? 0 : lastLoaded ? Signal.FINAL : running + 1;
            if (!lastLoaded) {
                lastLoaded = (fire(LOAD) & LAST) != 0;
            }
        }
        layerSignal.put(cycle + latency, running);
        changed.put(cycle + announce, changes ? running : Signal.NONE);
    }

    @Override
    String state() {
        return running == Signal.NONE ? "idle" : lastLoaded ? "last" : "running";
    }
}
