package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * Streams the input of the first layer: the preamble, then the vector once per neuron. It gives addresses of {@code lanes} bytes within the payload, which is not copied but
 * for a last word that the payload does not fill; on several wavelengths, of words that are gathered from it.
 */
final class ActivationReaderStage extends Stage {

    private static final int PREAMBLE = 0;
    private static final int WORD = 1;
    private static final int REPEAT = 2;
    private static final int DATA = 1;
    private static final int RESTART = 1 << 1;
    private static final int STOP = 1 << 2;

    private enum State {
        IDLE,
        PREAMBLE,
        DATA
    }

    private final Tap layerInput;
    private final Tap changed;
    private final Signal word;
    private final int lanes;
    private final int inputs;
    private final long tail;
    private final @Nullable GatheredWords gathered;
    private State state = State.IDLE;
    private long payload;
    private int position;
    private int count;

    ActivationReaderStage(StageSpec spec, Wiring wiring, DatapathProgram program, ResidentModel model, Arena arena) {
        super(spec, program.layers(), 1);
        layerInput = wiring.input(spec, "layer");
        changed = wiring.input(spec, "changed");
        word = wiring.output(spec, "word");
        lanes = program.lanes();
        inputs = program.inputs().getFirst();
        gathered = program.wavelengths() > 1 ? new GatheredWords(model, lanes, arena) : null;
        tail = arena.allocate(lanes, Long.BYTES).address();
    }

    /** Where the next query's vector is. */
    void arrive(long address) {
        payload = address;
        int whole = inputs / lanes * lanes;
        for (int lane = 0; lane < inputs - whole; lane++) {
            NativeMemory.putByte(tail + lane, NativeMemory.getByte(address + whole + lane));
        }
    }

    @Override
    void reset() {
        super.reset();
        state = State.IDLE;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        if (changed.isValid(cycle)) {
            clearCounts();
            position = 0;
            count = 0;
            state = layerInput.get(cycle) == 0 ? State.PREAMBLE : State.IDLE;
        }
        long given = Signal.NONE;
        if (state == State.PREAMBLE) {
            given = Signal.PREAMBLE;
            if ((fire(PREAMBLE) & DATA) != 0) {
                state = State.DATA;
            }
        } else if (state == State.DATA) {
            given = word();
            count++;
            position += lanes;
            int fired = fire(WORD);
            if ((fired & RESTART) != 0) {
                position = 0;
                fired |= fire(REPEAT);
            }
            if ((fired & STOP) != 0) {
                state = State.IDLE;
            }
        }
        word.put(cycle + latency, given);
    }

    private long word() {
        if (gathered != null) {
            return gathered.word(0, count, payload);
        }
        return position + lanes <= inputs ? payload + position : tail;
    }

    @Override
    String state() {
        return state.name();
    }
}
