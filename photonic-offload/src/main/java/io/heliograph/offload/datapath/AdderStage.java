package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.device.OperandWord;

/** Adds or subtracts the products of each word by their signs, and the words of a neuron, in 16 bits; starts anew where no data come. */
final class AdderStage extends Stage {

    private static final int WORD = 0;
    private static final int SUM = 1;
    private static final int EMIT = 1;
    private static final int STOP = 1 << 1;

    private static final int LANES_AT_ONCE = 4;
    private static final long ADD_LANES = 0x0001_0001_0001_0001L;
    private static final int TOP_LANE = 48;

    /** For four bits of signs, all ones in the lanes that are added. */
    private static final long[] LANE_MASKS = new long[1 << LANES_AT_ONCE];

    static {
        for (int bits = 0; bits < LANE_MASKS.length; bits++) {
            for (int lane = 0; lane < LANES_AT_ONCE; lane++) {
                LANE_MASKS[bits] |= (bits >>> lane & 1) * 0xFFFFL << Short.SIZE * lane;
            }
        }
    }

    private final Tap data;
    private final Tap signs;
    private final Tap layerInput;
    private final Signal sums;
    private final int lanes;
    private boolean adding;
    private boolean stopped;
    private int sum;

    AdderStage(StageSpec spec, Wiring wiring, DatapathProgram program) {
        super(spec, program.layers(), 1);
        data = wiring.input(spec, "data");
        signs = wiring.input(spec, "signs");
        layerInput = wiring.input(spec, "layer");
        sums = wiring.output(spec, "sum");
        lanes = program.lanes();
    }

    @Override
    void reset() {
        super.reset();
        restart();
    }

    private void restart() {
        clearCounts();
        adding = false;
        stopped = false;
        sum = 0;
    }

    @Override
    void step(long cycle) {
        setLayer(layerInput.get(cycle));
        long word = data.get(cycle);
        long given = Signal.NONE;
        if (word == Signal.NONE) {
            if (adding) {
                restart();
            }
        } else {
            adding = true;
            long mask = signs.get(cycle);
            if (mask != Signal.NONE) {
                sum += signedSum(word, NativeMemory.getInt(mask));
            }
            if ((fire(WORD) & EMIT) != 0) {
                if (!stopped) {
                    given = (short) sum;
                    stopped = (fire(SUM) & STOP) != 0;
                }
                sum = 0;
            }
        }
        sums.put(cycle + latency, given);
    }

    /** Four lanes at once; the product with {@link #ADD_LANES} leaves the sum of the lanes, modulo 2^16, in the highest one. */
    private int signedSum(long word, int added) {
        int total = 0;
        for (int lane = 0; lane < lanes; lane += LANES_AT_ONCE) {
            long products = NativeMemory.getLong(word + (long) lane * OperandWord.LANE_BYTES);
            long positive = products & LANE_MASKS[added >>> lane & LANE_MASKS.length - 1];
            long negative = products ^ positive;
            total += (int) (positive * ADD_LANES >>> TOP_LANE) - (int) (negative * ADD_LANES >>> TOP_LANE);
        }
        return total;
    }

    /** LIGHTNING's counter looks at the input before the registers that wait for the signs. */
    @Override
    boolean isComputing(long cycle) {
        return data.signal().isValid(cycle) && !sums.isValid(cycle);
    }

    @Override
    String state() {
        return !adding ? "idle" : stopped ? "stopped" : "add";
    }
}
