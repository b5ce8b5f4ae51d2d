package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.Wiring.Tap;
import io.heliograph.offload.device.OperandWord;
import java.lang.foreign.Arena;

/**
 * Multiplies the 8-bit value of each sample by an integer, in 16 bits. What it gives lies word behind word in a ring whose first word is repeated behind the end: a word that is
 * turned by some lanes is read where it lies.
 */
final class LossCompensatorStage extends Stage {

    private static final int WORDS = 128;
    private static final long VALUES = 0x00FF_00FF_00FF_00FFL;

    private final Tap input;
    private final Signal output;
    private final int multiplier;
    private final long wordBytes;
    private final long ring;

    LossCompensatorStage(StageSpec spec, Wiring wiring, DatapathProgram program, Arena arena) {
        super(spec, program.layers(), 1);
        input = wiring.input(spec, "samples");
        output = wiring.output(spec, "samples");
        multiplier = spec.setting("multiplier");
        wordBytes = (long) program.lanes() * OperandWord.LANE_BYTES;
        ring = arena.allocate((WORDS + 1) * wordBytes, Long.BYTES * Byte.SIZE).address();
    }

    @Override
    void step(long cycle) {
        long from = input.get(cycle);
        if (from == Signal.NONE) {
            output.put(cycle + latency, Signal.NONE);
            return;
        }
        long slot = cycle & WORDS - 1L;
        long to = ring + slot * wordBytes;
        if (multiplier == 1) {
            for (long at = 0; at < wordBytes; at += Long.BYTES) {
                NativeMemory.putLong(to + at, NativeMemory.getLong(from + at) >>> OperandWord.VALUE_SHIFT & VALUES);
            }
        } else {
            for (long at = 0; at < wordBytes; at += OperandWord.LANE_BYTES) {
                int value = OperandWord.value(NativeMemory.getUnsignedShort(from + at));
                NativeMemory.putShort(to + at, (short) (value * multiplier));
            }
        }
        if (slot == 0) {
            NativeMemory.copy(to, ring + WORDS * wordBytes, wordBytes);
        }
        output.put(cycle + latency, to);
    }

    @Override
    String state() {
        return "x" + multiplier;
    }
}
