package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.model.Normalization;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Two memories between the layers: one fills with a layer's outputs while the other replays the layer before it, shifted, preamble first and once per neuron. When all outputs are
 * there they change places and the next layer is asked for; behind the last layer the sums are given once.
 */
final class BufferStage extends Stage {

    private static final int VALUE = 0;
    private static final int PREAMBLE = 1;
    private static final int WORD = 2;
    private static final int REPEAT = 3;
    private static final int WAIT = 4;
    private static final int NEXT = 1;
    private static final int DATA = 1 << 1;
    private static final int RESTART = 1 << 2;
    private static final int STOP = 1 << 3;
    private static final int EMIT = 1 << 4;

    private enum State {
        /** Nothing to give. */
        QUIET,
        /** Has asked for a layer that does not run yet. */
        ASKING,
        PREAMBLE,
        DATA,
        /** Waits for the memory to change places. */
        FINAL,
        /** Gives the sums. */
        EMIT
    }

    private final Tap value;
    private final Tap shift;
    private final Tap layerInput;
    private final Signal word;
    private final Signal next;
    private final int layers;
    private final int lanes;
    private final int[] outputs;
    private final long[] memories = new long[2];
    private final long vector;
    private final int lastWord;
    private final @Nullable GatheredWords gathered;
    private State state = State.QUIET;
    private int filling;
    private int filled;
    private int position;
    private int count;
    private long asker;
    private boolean normalized;

    BufferStage(StageSpec spec, Wiring wiring, DatapathProgram program, ResidentModel model, Arena arena) {
        super(spec, program.layers(), 1);
        value = wiring.input(spec, "value");
        shift = wiring.input(spec, "shift");
        layerInput = wiring.input(spec, "layer");
        word = wiring.output(spec, "word");
        next = wiring.output(spec, "next");
        layers = program.layers();
        lanes = program.lanes();
        outputs = new int[layers];
        int widest = 0;
        for (int layer = 0; layer < layers; layer++) {
            outputs[layer] = program.values(layer);
            widest = Math.max(widest, outputs[layer]);
        }
        int widestBytes = (widest + lanes - 1) / lanes * lanes * Short.BYTES;
        memories[0] = arena.allocate(widestBytes, Long.BYTES).address();
        memories[1] = arena.allocate(widestBytes, Long.BYTES).address();
        lastWord = widestBytes / Short.BYTES - lanes;
        gathered = program.wavelengths() > 1 ? new GatheredWords(model, lanes, arena) : null;
        vector = arena.allocate(widestBytes, Long.BYTES).address();
    }

    @Override
    void reset() {
        super.reset();
        state = State.QUIET;
        filling = 0;
        filled = 0;
        position = 0;
    }

    @Override
    void step(long cycle) {
        long running = layerInput.get(cycle);
        setLayer(running);
        next.put(cycle + latency, take(value.get(cycle), running));
        if (state == State.ASKING && running != asker) {
            state = running == Signal.FINAL ? State.FINAL : State.PREAMBLE;
            position = 0;
        }
        word.put(
                cycle + latency,
                switch (state) {
                    case QUIET, ASKING -> Signal.NONE;
                    case PREAMBLE -> preamble();
                    case DATA -> replay(cycle);
                    case FINAL -> settle();
                    case EMIT -> emit();
                });
    }

    /** Stores an output; asks for the next layer, if that was the last one. */
    private long take(long output, long running) {
        if (output == Signal.NONE) {
            return Signal.NONE;
        }
        if (filled < outputs[layer()]) {
            NativeMemory.putShort(memories[filling] + (long) filled * Short.BYTES, (short) output);
            filled++;
        }
        if ((fire(VALUE) & NEXT) == 0) {
            return Signal.NONE;
        }
        filling = 1 - filling;
        filled = 0;
        asker = running;
        state = State.ASKING;
        count = 0;
        normalized = false;
        return running;
    }

    private long preamble() {
        if ((fire(PREAMBLE) & DATA) != 0) {
            state = State.DATA;
        }
        return Signal.PREAMBLE;
    }

    private long replay(long cycle) {
        if (!normalized) {
            normalize((int) shift.get(cycle));
            normalized = true;
        }
        long given = gathered == null ? vector + Math.min(position, lastWord) : gathered.word(layer(), count, vector);
        count++;
        position += lanes;
        int fired = fire(WORD);
        if ((fired & RESTART) != 0) {
            position = 0;
            fired |= fire(REPEAT);
        }
        if ((fired & STOP) != 0) {
            state = State.QUIET;
        }
        return given;
    }

    /** Hardware shifts each word as it reads it; once per vector gives the same. */
    private void normalize(int by) {
        int count = outputs[(int) asker];
        for (int k = 0; k < count; k++) {
            int output = NativeMemory.getShort(memories[1 - filling] + (long) k * Short.BYTES);
            NativeMemory.putByte(vector + k, (byte) Normalization.apply(output, by));
        }
        for (int k = count; k % lanes != 0; k++) {
            NativeMemory.putByte(vector + k, (byte) 0);
        }
    }

    private long settle() {
        if ((fire(WAIT) & EMIT) == 0) {
            return Signal.NONE;
        }
        state = State.EMIT;
        return emit();
    }

    private long emit() {
        long given = sums() + (long) position * Short.BYTES;
        position += lanes;
        if (position >= outputs[layers - 1]) {
            state = State.QUIET;
        }
        return given;
    }

    /** The address of the last layer's sums, 16 bits each, once they are given. */
    long sums() {
        return memories[1 - filling];
    }

    @Override
    String state() {
        return state.name();
    }
}
