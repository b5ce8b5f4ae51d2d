package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;

/** A stage that ends a query: it gives the answer from the last layer's sums. */
abstract class AnswerStage extends Stage {

    private final BufferStage buffer;
    final Signal reply;
    final int outputs;

    AnswerStage(StageSpec spec, Wiring wiring, DatapathProgram program, BufferStage buffer) {
        super(spec, program.layers(), 1);
        reply = wiring.output(spec, "reply");
        this.buffer = buffer;
        outputs = program.lastValues();
    }

    final int sum(int output) {
        return NativeMemory.getShort(buffer.sums() + (long) output * Short.BYTES);
    }
}
