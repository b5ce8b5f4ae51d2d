package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;

/** Gives the answer: the class with the largest sum, ties to the lower one. */
final class ResultStage extends Stage {

    private static final int RESULT = 0;
    private static final int REPLY = 1;

    private final Tap done;
    private final Signal reply;
    private final BufferStage buffer;
    private final int outputs;

    ResultStage(StageSpec spec, Wiring wiring, DatapathProgram program, BufferStage buffer) {
        super(spec, program.layers(), 1);
        done = wiring.input(spec, "done");
        reply = wiring.output(spec, "reply");
        this.buffer = buffer;
        outputs = program.outputs().getLast();
    }

    @Override
    void step(long cycle) {
        boolean replies = done.isValid(cycle) && (fire(RESULT) & REPLY) != 0;
        reply.put(cycle + latency, replies ? best() : Signal.NONE);
    }

    private int best() {
        int best = 0;
        for (int output = 1; output < outputs; output++) {
            if (sum(output) > sum(best)) {
                best = output;
            }
        }
        return best;
    }

    int sum(int output) {
        return NativeMemory.getShort(buffer.sums() + (long) output * Short.BYTES);
    }

    @Override
    String state() {
        return "ready";
    }
}
