package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;

/**
 * Gives the answer: the first output of the last layer whose sum is not negative, a word of sums each cycle; as many as there are outputs if there is none.
 */
final class PriorityEncoderStage extends AnswerStage {

    private static final int WORD = 0;
    private static final int REPLY = 1;

    private final Tap word;
    private final Tap layerInput;
    private final int lanes;
    private int seen;
    private int first;

    PriorityEncoderStage(StageSpec spec, Wiring wiring, DatapathProgram program, BufferStage buffer) {
        super(spec, wiring, program, buffer);
        word = wiring.input(spec, "word");
        layerInput = wiring.input(spec, "layer");
        lanes = program.lanes();
        first = outputs;
    }

    @Override
    void reset() {
        super.reset();
        seen = 0;
        first = outputs;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long given = Signal.NONE;
        if (isFed(cycle)) {
            look(word.get(cycle));
            given = (fire(WORD) & REPLY) != 0 ? first : Signal.NONE;
        }
        reply.put(cycle + latency, given);
    }

    private boolean isFed(long cycle) {
        return layerInput.get(cycle) == Signal.FINAL && word.isValid(cycle);
    }

    private void look(long sums) {
        for (int lane = 0; lane < lanes && seen < outputs; lane++, seen++) {
            if (first == outputs && NativeMemory.getShort(sums + (long) lane * Short.BYTES) >= 0) {
                first = seen;
            }
        }
    }

    @Override
    boolean isComputing(long cycle) {
        return isFed(cycle) && !reply.isValid(cycle);
    }

    @Override
    String state() {
        return first == outputs ? "none of " + seen : "first " + first;
    }
}
