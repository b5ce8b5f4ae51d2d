package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.datapath.DatapathCompiler;
import io.heliograph.offload.datapath.DatapathMachine;
import io.heliograph.offload.datapath.DatapathProgram;
import io.heliograph.offload.datapath.ResidentModel;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.OperandWord;
import io.heliograph.offload.device.PhotonicDevice;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * A rule table on the count-action datapath, cycle by cycle: a network of one layer with a neuron for each rule, and a priority encoder in place of softmax.
 *
 * <p>The rails of the key ({@link KeyRails}) are the inputs; the weights that a rule lets pass are negative, so that each bit that differs takes away from the rule's sum. Some more inputs are always lit, and
 * their positive weights are the rule's threshold. A rule matches if its sum is not negative: the sign bit says it.
 *
 * <p>Sums have 16 bits, so rules that care for more than about 125 bits have smaller weights, and less room for noise. One thread, to which the device belongs; a lookup allocates nothing, loading does.
 */
public final class MatchDatapath implements TernaryMatcher, AutoCloseable {

    /** What a lookup gives if the datapath came to no answer: noise hides the preamble. */
    public static final int NO_ANSWER = DatapathMachine.NO_ANSWER;

    private static final int MOST_LIT = 64;

    private final PhotonicDevice device;
    private final Calibration calibration;
    private final Arena arena = Arena.ofConfined();
    private final MatchLines lines;
    private Loaded loaded;

    /** What belongs to one version of the table. */
    private record Loaded(
            Arena arena, List<TableEntry> entries, int width, DatapathMachine machine, long rails, int inputs) {}

    /**
     * An empty table on a device.
     *
     * @param calibration of the device
     * @throws IllegalArgumentException if the device has several wavelengths
     */
    public MatchDatapath(PhotonicDevice device, Calibration calibration) {
        this.device = device;
        this.calibration = calibration;
        try {
            lines = new MatchLines(device, calibration, MatchLevels.SUM_LIMIT, arena);
            loaded = build(List.of());
        } catch (RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Loads rules in place of those before, which stay if this fails.
     *
     * @param entries in the order in which they win, all of one width
     * @throws IllegalArgumentException if they do not fit into the weight memory
     */
    public void load(List<TableEntry> entries) {
        Loaded before = loaded;
        loaded = build(entries);
        before.arena().close();
    }

    private Loaded build(List<TableEntry> entries) {
        int width = entries.isEmpty() ? 1 : entries.getFirst().pattern().width();
        int rules = entries.size();
        int[] weights = new int[rules];
        double[] thresholds = new double[rules];
        MatchLevels[] measured = new MatchLevels[OperandWord.MAX_VALUE + 1];
        double full = lines.levels().mismatch();
        double highest = 0;
        for (int rule = 0; rule < rules; rule++) {
            int cares = entries.get(rule).pattern().cares();
            // The compensator's multiplier is part of every sum.
            int weight = lines.levels().weightFor(cares, MatchLevels.SUM_LIMIT / calibration.lossMultiplier());
            weights[rule] = weight;
            MatchLevels of = measured[weight];
            if (of == null) {
                of = lines.measure(weight);
                measured[weight] = of;
            }
            thresholds[rule] = of.threshold(cares);
            highest = Math.max(highest, thresholds[rule]);
        }
        int lit = (int) Math.max(1, Math.ceil(highest / full));
        if (lit > MOST_LIT) {
            throw new IllegalArgumentException(
                    "matching keys give too much light to tell them: threshold=" + highest + " full scale=" + full);
        }
        int keyRails = KeyRails.bytesFor(width);
        int inputs = keyRails + lit;
        Arena next = Arena.ofConfined();
        try {
            int outputs = Math.max(1, rules);
            long matrix = next.allocate((long) outputs * inputs * Short.BYTES, Short.BYTES)
                    .address();
            for (int rule = 0; rule < rules; rule++) {
                long row = matrix + (long) rule * inputs * Short.BYTES;
                fillRow(row, entries.get(rule).pattern(), weights[rule]);
                fillThreshold(row + (long) keyRails * Short.BYTES, thresholds[rule] / full, lit);
            }
            if (rules == 0) {
                NativeMemory.putShort(matrix + (long) keyRails * Short.BYTES, (short) -OperandWord.MAX_VALUE);
            }
            QuantizedNetwork network =
                    new QuantizedNetwork("optcam", List.of(new DenseLayer(inputs, outputs, matrix, false)), 1);
            DatapathProgram program = DatapathCompiler.compileMatcher(network, device.capabilities(), calibration);
            ResidentModel model = ResidentModel.load(network, device, 0, next);
            DatapathMachine machine = new DatapathMachine(program, model, device, next);
            long rails = next.allocate(inputs, Long.BYTES).address();
            NativeMemory.fill(rails + keyRails, lit, (byte) OperandWord.MAX_VALUE);
            return new Loaded(next, List.copyOf(entries), width, machine, rails, inputs);
        } catch (RuntimeException e) {
            next.close();
            throw e;
        }
    }

    private static void fillRow(long row, TernaryPattern pattern, int weight) {
        for (int bit = 0; bit < pattern.width(); bit++) {
            int wanted = pattern.bit(bit);
            if (wanted != TernaryPattern.EITHER) {
                NativeMemory.putShort(row + (long) KeyRails.passingRail(bit, wanted) * Short.BYTES, (short) -weight);
            }
        }
    }

    /** The threshold, in products of full scale, as the weights of the rails that are always lit. */
    private static void fillThreshold(long row, double products, int lit) {
        for (int k = 0; k < lit; k++) {
            double share = Math.max(0, Math.min(1, products - k));
            NativeMemory.putShort(row + (long) k * Short.BYTES, (short) Math.rint(share * OperandWord.MAX_VALUE));
        }
    }

    /** Of the rules that are loaded. */
    @Override
    public int width() {
        return loaded.width();
    }

    /** At least 0, {@link #NO_MATCH} or {@link #NO_ANSWER}. */
    @Override
    public int lookup(long key) {
        KeyRails.widen(key, loaded.width(), loaded.rails());
        int first = loaded.machine().run(loaded.rails(), loaded.inputs());
        if (first < 0) {
            return NO_ANSWER;
        }
        List<TableEntry> entries = loaded.entries();
        return first < entries.size() ? entries.get(first).result() : NO_MATCH;
    }

    /** The sum of a rule in the last lookup: its threshold less what the bits that differ take away. */
    public int sum(int rule) {
        return loaded.machine().sum(rule);
    }

    /** Cycles of the last lookup, from start to answer. */
    public long cycles() {
        return loaded.machine().overallCycles();
    }

    /** The program that runs. */
    public DatapathProgram program() {
        return loaded.machine().program();
    }

    @Override
    public void close() {
        loaded.arena().close();
        arena.close();
    }
}
