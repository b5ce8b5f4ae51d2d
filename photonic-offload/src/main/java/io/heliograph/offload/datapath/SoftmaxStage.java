package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import java.lang.foreign.Arena;

/**
 * Log-softmax in integers, as LIGHTNING has it: values are moved so that the largest is 11, e^0 to e^11 come from a table, and the rounded logarithm of their sum is taken away.
 * The maximum is a right one here, which that of LIGHTNING's RTL is not always.
 */
final class SoftmaxStage extends Stage {

    private static final int WORD = 0;
    private static final int COMPUTE = 1;
    private static final int LARGEST = 11;

    private final Tap word;
    private final Tap layerInput;
    private final Signal done;
    private final BufferStage buffer;
    private final int outputs;
    private final int[] exponentials = new int[LARGEST + 1];
    private final long results;
    private boolean computed;

    SoftmaxStage(StageSpec spec, Wiring wiring, DatapathProgram program, BufferStage buffer, Arena arena) {
        super(spec, program.layers(), 1);
        word = wiring.input(spec, "word");
        layerInput = wiring.input(spec, "layer");
        done = wiring.output(spec, "done");
        this.buffer = buffer;
        outputs = program.lastValues();
        for (int k = 0; k <= LARGEST; k++) {
            exponentials[k] = (int) Math.rint(StrictMath.exp(k));
        }
        results = arena.allocate((long) outputs * Short.BYTES, Short.BYTES).address();
    }

    @Override
    void reset() {
        super.reset();
        computed = false;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        boolean all = isFed(cycle) && (fire(WORD) & COMPUTE) != 0;
        if (all) {
            compute(buffer.sums());
            computed = true;
        }
        done.put(cycle + latency, all ? results : Signal.NONE);
    }

    private boolean isFed(long cycle) {
        return layerInput.get(cycle) == Signal.FINAL && word.isValid(cycle);
    }

    private void compute(long sums) {
        int maximum = Short.MIN_VALUE;
        for (int k = 0; k < outputs; k++) {
            maximum = Math.max(maximum, NativeMemory.getShort(sums + (long) k * Short.BYTES));
        }
        long total = 0;
        for (int k = 0; k < outputs; k++) {
            int moved = NativeMemory.getShort(sums + (long) k * Short.BYTES) - maximum + LARGEST;
            total += moved < 0 ? 0 : exponentials[moved];
        }
        int logarithm = (int) Math.rint(StrictMath.log((double) total));
        for (int k = 0; k < outputs; k++) {
            int moved = NativeMemory.getShort(sums + (long) k * Short.BYTES) - maximum + LARGEST;
            NativeMemory.putShort(
                    results + (long) k * Short.BYTES, (short) Math.max(Short.MIN_VALUE, moved - logarithm));
        }
    }

    /** The rounded logarithm of a class's probability. */
    int logProbability(int output) {
        return NativeMemory.getShort(results + (long) output * Short.BYTES);
    }

    @Override
    boolean isComputing(long cycle) {
        return isFed(cycle) && !done.isValid(cycle);
    }

    @Override
    String state() {
        return computed ? "done" : "idle";
    }
}
