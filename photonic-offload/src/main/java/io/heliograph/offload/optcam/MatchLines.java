package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.OperandWord;
import io.heliograph.offload.device.PhotonicCapabilities;
import io.heliograph.offload.device.PhotonicDevice;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * A rule table on the rings of a device alone, without datapath or preamble: the words of all rules one behind the other, each cycle one, and the samples of each rule added up.
 *
 * <p>Words in which a rule cares for nothing are not sent. With several wavelengths a word is as many times wider, and both rails of a bit go through the same lane
 * side by side. A rule matches if its sum is at most its threshold, which is drawn from levels measured on the device.
 *
 * <p>For {@link MatchDatapath}'s levels, for devices of several wavelengths, and for measuring errors, where a preamble for each lookup would be most of the work. The device belongs to it
 * while it is used; rules take words from the first one of the weight memory on, measuring takes the last ones, which are {@link Calibration}'s. One thread; a lookup allocates nothing.
 */
public final class MatchLines implements TernaryMatcher {

    /** Readings of a level; the mean is as noisy as one of them divided by 8. Ours: no published figure was found. */
    private static final int REFERENCE_ROUNDS = 64;

    private final PhotonicDevice device;
    private final int lanes;
    private final int wavelengths;
    private final int ringEntries;
    private final int railsPerWord;
    private final int weightDelay;
    private final long activationOffset;
    private final long sampleOffset;
    private final int latency;
    private final long rails;
    private final MatchLevels levels;
    private final int sumLimit;

    private int firstWord;
    private int width = 1;
    private int rows;
    private int words;
    private int[] results = new int[0];
    private double[] thresholds = new double[0];
    private long[] sums = new long[0];
    private int[] wordRow = new int[0];
    private int[] wordRail = new int[0];

    /**
     * Measures the levels of a device.
     *
     * @param calibration of the device
     * @param sumLimit that the sum of a rule whose bits all differ stays below, by weights: 32,000 as in the datapath, or more
     * @param arena owns the rails
     * @throws IllegalArgumentException if the device has an odd number of wavelengths above one, or too short rings
     */
    public MatchLines(PhotonicDevice device, Calibration calibration, int sumLimit, Arena arena) {
        this.device = device;
        this.sumLimit = sumLimit;
        PhotonicCapabilities capabilities = device.capabilities();
        lanes = capabilities.lanes();
        wavelengths = capabilities.wavelengths();
        ringEntries = capabilities.ringEntries();
        railsPerWord = lanes * wavelengths;
        if (wavelengths > 1 && wavelengths % KeyRails.RAILS_PER_BIT != 0) {
            throw new IllegalArgumentException("both rails of a bit must be in one lane: wavelengths=" + wavelengths);
        }
        int skew = calibration.weightFlight() - calibration.activationFlight();
        weightDelay = Math.max(0, (-skew + lanes - 1) / lanes);
        activationOffset = (long) weightDelay * lanes + skew;
        sampleOffset = (long) weightDelay * lanes + calibration.weightFlight();
        latency = (int) ((sampleOffset + lanes - 1) / lanes);
        if (activationOffset / lanes + 2 > ringEntries || weightDelay + 1 > ringEntries) {
            throw new IllegalArgumentException("the device's rings are too short: entries=" + ringEntries);
        }
        long most = KeyRails.bytesFor(TernaryPattern.MOST_BITS) + (long) railsPerWord;
        rails = arena.allocate(most, Long.BYTES).address();
        levels = measure(OperandWord.MAX_VALUE);
    }

    /** The levels of the largest weight. */
    MatchLevels levels() {
        return levels;
    }

    /** Measures with a rule that cares for every bit of a word; nothing is loaded afterwards. */
    MatchLevels measure(int weight) {
        int bits = Math.max(1, railsPerWord / KeyRails.RAILS_PER_BIT);
        TernaryPattern zeros = TernaryPattern.any(bits);
        for (int bit = 0; bit < bits; bit++) {
            zeros = zeros.withField(bit, 1, 0);
        }
        int bitsPerLane = Math.max(1, wavelengths / KeyRails.RAILS_PER_BIT);
        int differing = bits / bitsPerLane;
        firstWord = device.capabilities().weightWords() - wavelengths;
        write(List.of(new TableEntry(0, zeros, 0)), bits, new int[] {weight});
        try (Arena arena = Arena.ofConfined()) {
            long key = arena.allocate(TernaryPattern.MOST_BITS / Byte.SIZE).address();
            double match = mean(key) / bits;
            for (int bit = 0; bit < bits; bit += bitsPerLane) {
                long at = key + bit / Byte.SIZE;
                NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) | 0x80 >>> bit % Byte.SIZE));
            }
            double mismatch = (mean(key) - match * (bits - differing)) / differing;
            return new MatchLevels(weight, match, mismatch);
        }
    }

    private double mean(long key) {
        long total = 0;
        for (int round = 0; round < REFERENCE_ROUNDS; round++) {
            stream(key);
            total += sums[0];
        }
        return (double) total / REFERENCE_ROUNDS;
    }

    /**
     * Loads rules into the weight memory in place of those before.
     *
     * @param entries in the order in which they win, all of one width
     * @throws IllegalArgumentException if they do not fit into the weight memory
     */
    public void load(List<TableEntry> entries) {
        int[] weights = new int[entries.size()];
        double[] lines = new double[entries.size()];
        MatchLevels[] measured = new MatchLevels[OperandWord.MAX_VALUE + 1];
        measured[levels.weight()] = levels;
        for (int row = 0; row < weights.length; row++) {
            int cares = entries.get(row).pattern().cares();
            int weight = levels.weightFor(cares, sumLimit);
            MatchLevels of = measured[weight];
            if (of == null) {
                of = measure(weight);
                measured[weight] = of;
            }
            weights[row] = weight;
            lines[row] = cares == 0 ? 0 : of.threshold(cares);
        }
        firstWord = 0;
        write(entries, entries.isEmpty() ? 1 : entries.getFirst().pattern().width(), weights);
        thresholds = lines;
    }

    private void write(List<TableEntry> entries, int keyWidth, int[] weights) {
        width = keyWidth;
        rows = entries.size();
        results = new int[rows];
        sums = new long[rows];
        int perRow = (KeyRails.bytesFor(width) + railsPerWord - 1) / railsPerWord;
        wordRow = new int[perRow * rows];
        wordRail = new int[perRow * rows];
        words = 0;
        long wordBytes = (long) lanes * OperandWord.LANE_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            long image = arena.allocate(Math.max(1, (long) perRow * rows * wavelengths) * wordBytes, Long.BYTES)
                    .address();
            for (int row = 0; row < rows; row++) {
                TableEntry entry = entries.get(row);
                results[row] = entry.result();
                int filledWord = -1;
                for (int bit = 0; bit < width; bit++) {
                    int wanted = entry.pattern().bit(bit);
                    if (wanted == TernaryPattern.EITHER) {
                        continue;
                    }
                    int rail = KeyRails.passingRail(bit, wanted);
                    if (rail / railsPerWord != filledWord) {
                        filledWord = rail / railsPerWord;
                        wordRow[words] = row;
                        wordRail[words] = filledWord * railsPerWord;
                        words++;
                    }
                    int within = rail % railsPerWord;
                    long word = image + ((words - 1L) * wavelengths + within % wavelengths) * wordBytes;
                    NativeMemory.putShort(
                            word + (long) (within / wavelengths) * OperandWord.LANE_BYTES,
                            OperandWord.code(weights[row]));
                }
            }
            if (device.loadWeights(image, firstWord, words * wavelengths) != PhotonicDevice.OK) {
                throw new IllegalArgumentException("weight memory is too small: words=" + words * wavelengths
                        + " memory=" + device.capabilities().weightWords());
            }
        }
        darken();
    }

    private void darken() {
        long ringBytes = (long) ringEntries * lanes * OperandWord.LANE_BYTES;
        for (int k = 0; k < wavelengths; k++) {
            NativeMemory.fill(device.activationRing(k), ringBytes, (byte) 0);
        }
        NativeMemory.fill(device.weightRing(), (long) ringEntries * Integer.BYTES, (byte) OperandWord.DARK);
    }

    /** Of the rules that are loaded. */
    @Override
    public int width() {
        return width;
    }

    @Override
    public int lookup(long key) {
        stream(key);
        for (int row = 0; row < rows; row++) {
            if (sums[row] <= thresholds[row]) {
                return results[row];
            }
        }
        return NO_MATCH;
    }

    /** The sum of a rule in the last lookup, in units of the ADC. */
    public long sum(int row) {
        return sums[row];
    }

    /** Cycles of device time that a lookup takes. */
    public int cyclesPerLookup() {
        return words + latency;
    }

    private void stream(long key) {
        KeyRails.widen(key, width, rails);
        for (int row = 0; row < rows; row++) {
            sums[row] = 0;
        }
        long first = device.operandsTaken();
        for (int cycle = 0; cycle < words + latency; cycle++) {
            long entry = first + cycle;
            long slot = entry + weightDelay & ringEntries - 1L;
            boolean sends = cycle < words;
            NativeMemory.putInt(
                    device.weightRing() + slot * Integer.BYTES,
                    sends ? firstWord + cycle * wavelengths : OperandWord.DARK);
            putActivations(entry * lanes + activationOffset, sends ? rails + wordRail[cycle] : 0);
            device.postOperands(entry + 1);
            device.releaseSamples(entry + 1);
            if (cycle >= latency) {
                sums[wordRow[cycle - latency]] += lightOf((entry - latency) * lanes + sampleOffset);
            }
        }
    }

    private void putActivations(long sample, long from) {
        long mask = (long) ringEntries * lanes - 1;
        for (int k = 0; k < wavelengths; k++) {
            long ring = device.activationRing(k);
            for (int lane = 0; lane < lanes; lane++) {
                int value = from == 0 ? 0 : NativeMemory.getUnsignedByte(from + (long) lane * wavelengths + k);
                NativeMemory.putShort(ring + (sample + lane & mask) * OperandWord.LANE_BYTES, OperandWord.code(value));
            }
        }
    }

    private long lightOf(long sample) {
        long mask = (long) ringEntries * lanes - 1;
        long light = 0;
        for (int lane = 0; lane < lanes; lane++) {
            light += OperandWord.value(NativeMemory.getUnsignedShort(
                    device.sampleRing() + (sample + lane & mask) * OperandWord.LANE_BYTES));
        }
        return light;
    }
}
