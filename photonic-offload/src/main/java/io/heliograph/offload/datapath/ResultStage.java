package io.heliograph.offload.datapath;

import io.heliograph.offload.datapath.Wiring.Tap;

/** Gives the answer: the class with the largest sum, ties to the lower one. */
final class ResultStage extends AnswerStage {

    private static final int RESULT = 0;
    private static final int REPLY = 1;

    private final Tap done;

    ResultStage(StageSpec spec, Wiring wiring, DatapathProgram program, BufferStage buffer) {
        super(spec, wiring, program, buffer);
        done = wiring.input(spec, "done");
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

    @Override
    String state() {
        return "ready";
    }
}
