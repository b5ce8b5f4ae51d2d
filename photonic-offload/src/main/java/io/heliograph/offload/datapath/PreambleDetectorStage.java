package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.device.OperandWord;

/**
 * Finds the preamble and with it the lane in which the light arrives: a count for each of the phases. Samples are compared with the mean of their word; half of the lanes in a
 * row above it, beginning with lane p, is a match of phase p. When a phase has its matches, everything behind goes on, turned by p lanes.
 *
 * <p>Once a phase is found it stays until the layer changes, where LIGHTNING's RTL goes on counting and might find another one in the data.
 */
final class PreambleDetectorStage extends Stage {

    private static final int ALIGNED = 0;
    private static final int EARLY = 1;
    private static final int LATE = 2;
    private static final int WINDOW = 3;
    private static final int PASS = 1;
    private static final int CLOSE = 1 << 1;

    private final Tap samples;
    private final Tap changed;
    private final Signal data;
    private final int lanes;
    private final int halfMask;
    private final int laneMask;
    private final int depth;
    private final int[] means;
    private long changedAt;
    private boolean open;
    private boolean passing;
    private int phase;

    PreambleDetectorStage(StageSpec spec, Wiring wiring, DatapathProgram program) {
        super(spec, program.layers(), program.lanes());
        samples = wiring.input(spec, "samples");
        changed = wiring.input(spec, "changed");
        data = wiring.output(spec, "data");
        lanes = program.lanes();
        halfMask = (1 << lanes / 2) - 1;
        laneMask = (int) ((1L << lanes) - 1);
        depth = spec.setting("mean") + spec.setting("match");
        means = new int[lanes];
    }

    @Override
    void reset() {
        super.reset();
        open = false;
        passing = false;
    }

    @Override
    void step(long cycle) {
        long given = Signal.NONE;
        if (changed.isValid(cycle)) {
            clearCounts();
            changedAt = cycle;
            open = true;
            passing = false;
        } else {
            if (open && !passing && cycle - depth > changedAt) {
                look(samples.get(cycle - depth));
            }
            if (passing) {
                // The word behind the last match, which lies before its successor.
                long turned = samples.get(cycle - depth + 1);
                given = turned == Signal.NONE ? turned : turned + (long) phase * OperandWord.LANE_BYTES;
            }
        }
        data.put(cycle + latency, given);
    }

    private void look(long word) {
        if (word != Signal.NONE) {
            int found = phaseOf(word);
            if (found >= 0 && (fire(eventOf(found), found) & PASS) != 0) {
                passing = true;
                phase = found;
            }
        }
        if ((fire(WINDOW) & CLOSE) != 0) {
            open = false;
        }
    }

    /**
     * Up to half a word late, the lanes that are high all lie in the first word that light comes in: it matches although it began dark. Later than that it does
     * not, and there is one match less.
     */
    private int eventOf(int found) {
        if (found == 0) {
            return ALIGNED;
        }
        return found <= lanes / 2 ? EARLY : LATE;
    }

    /** The phase that a word matches, or -1. */
    private int phaseOf(long word) {
        for (int lane = 0; lane < lanes; lane++) {
            means[lane] = NativeMemory.getUnsignedShort(word + (long) lane * OperandWord.LANE_BYTES);
        }
        for (int left = lanes / 2; left > 0; left /= 2) {
            for (int k = 0; k < left; k++) {
                means[k] = (means[2 * k] + means[2 * k + 1]) / 2;
            }
        }
        int above = 0;
        for (int lane = 0; lane < lanes; lane++) {
            above |= NativeMemory.getUnsignedShort(word + (long) lane * OperandWord.LANE_BYTES) >= means[0]
                    ? 1 << lane
                    : 0;
        }
        for (int candidate = 0; candidate < lanes; candidate++) {
            if (above == (halfMask << candidate & laneMask | halfMask >>> lanes - candidate)) {
                return candidate;
            }
        }
        return -1;
    }

    /** The lane in which the light arrives; meaningful while it passes data. */
    int phase() {
        return phase;
    }

    @Override
    String state() {
        return passing ? "pass phase " + phase : open ? "look" : "closed";
    }
}
