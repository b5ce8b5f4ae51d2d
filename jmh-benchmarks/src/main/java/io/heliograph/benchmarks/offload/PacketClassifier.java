package io.heliograph.benchmarks.offload;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.DeviceTime;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.optcam.MatchDatapath;
import io.heliograph.offload.optcam.MatchLines;
import io.heliograph.offload.optcam.PacketKey;
import io.heliograph.offload.optcam.RuleTable;
import io.heliograph.offload.optcam.TableEntry;
import io.heliograph.offload.optcam.TernaryMatcher;
import io.heliograph.offload.optcam.TernaryPattern;
import io.heliograph.offload.optcam.rules.RuleSet;
import io.heliograph.transport.RandomSource;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule set that is asked for one frame or key after the other: with bit operations, and beside that on an emulated device, whose answers are compared with them.
 */
public final class PacketClassifier implements AutoCloseable {

    /** Keys that are drawn and looked up together. */
    public static final int BATCH = 4096;

    private static final int CALIBRATION_CYCLES = 100;
    private static final int WEIGHT_WORDS_PER_ENTRY = 64;
    private static final int SPARE_WORDS = 64;
    private static final int SUM_LIMIT = 32_000;
    private static final int WARM_UP_BATCHES = 20;
    private static final double NS_PER_SECOND = 1e9;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** What answers. */
    public enum Way {
        /** Bit operations. */
        FAST,
        /** The rings of a device, rule after rule. */
        RINGS,
        /** The count-action datapath, every cycle of every lookup. */
        STEPPED
    }

    private final Arena arena = Arena.ofConfined();
    private final List<TableEntry> entries;
    private final RuleTable table;
    private final long keys;
    private final long[] matched;
    private final @Nullable PhotonicEmulator device;
    private final TernaryMatcher asked;
    private long unmatched;
    private long wrong;
    private long unanswered;
    private long lookups;
    private int batches;
    private long timedLookups;
    private long wallNs;
    private long processorNs;

    /**
     * Loads the rules.
     *
     * @param noise of the device: none, per product, or of the receiver for each sample
     */
    public PacketClassifier(RuleSet rules, Way way, NoiseModel noise, long seed) {
        entries = rules.entries();
        table = new RuleTable(PacketKey.WIDTH, Math.max(1, entries.size()), arena);
        table.load(entries);
        keys = arena.allocate((long) BATCH * PacketKey.KEY_BYTES, Long.BYTES).address();
        matched = new long[rules.rules().size()];
        device = way == Way.FAST
                ? null
                : new PhotonicEmulator(EmulatorConfig.LIGHTNING
                        .withWeightWords(entries.size() * WEIGHT_WORDS_PER_ENTRY + SPARE_WORDS)
                        .withNoise(noise, seed));
        try {
            asked = device == null ? table : on(device, way);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private TernaryMatcher on(PhotonicEmulator of, Way way) {
        Calibration calibration = Calibration.measure(of, CalibrationWave.SQUARE, CALIBRATION_CYCLES);
        if (way == Way.RINGS) {
            MatchLines lines = new MatchLines(of, calibration, SUM_LIMIT, arena);
            lines.load(entries);
            return lines;
        }
        MatchDatapath datapath = new MatchDatapath(of, calibration);
        try {
            datapath.load(entries);
            return datapath;
        } catch (RuntimeException e) {
            datapath.close();
            throw e;
        }
    }

    /** Classifies one frame. */
    public void frame(long frame, int lengthBytes) {
        PacketKey.form(frame, lengthBytes, keys);
        lookUp(1);
    }

    /**
     * Draws keys around the rules and looks them up: each is one that a random entry matches, and half of them then differ from it in one bit.
     *
     * @param count 1 to {@link #BATCH}
     */
    public void random(int count, RandomSource chance) {
        for (int k = 0; k < count; k++) {
            long key = keys + (long) k * PacketKey.KEY_BYTES;
            for (int word = 0; word < PacketKey.KEY_BYTES; word += Long.BYTES) {
                NativeMemory.putLong(key + word, chance.nextLong());
            }
            if (!entries.isEmpty()) {
                draw(entries.get(chance.nextInt(entries.size())).pattern(), key, chance);
            }
        }
        lookUp(count);
    }

    private static void draw(TernaryPattern pattern, long key, RandomSource chance) {
        int cares = pattern.cares();
        int turned = cares > 0 && chance.nextInt(2) == 1 ? chance.nextInt(cares) : -1;
        for (int bit = 0, seen = 0; bit < pattern.width(); bit++) {
            int wanted = pattern.bit(bit);
            if (wanted != TernaryPattern.EITHER) {
                int value = seen++ == turned ? 1 - wanted : wanted;
                int mask = 0x80 >>> bit % Byte.SIZE;
                long at = key + bit / Byte.SIZE;
                int others = NativeMemory.getByte(at) & ~mask;
                NativeMemory.putByte(at, (byte) (others | (value == 0 ? 0 : mask)));
            }
        }
    }

    /** Only the way that was asked for is timed; the answers are counted, and compared, afterwards. */
    private void lookUp(int count) {
        int[] answers = new int[count];
        if (batches++ == WARM_UP_BATCHES) {
            timedLookups = 0;
            wallNs = 0;
            processorNs = 0;
        }
        long startWallNs = System.nanoTime();
        long startProcessorNs = THREADS.getCurrentThreadCpuTime();
        for (int k = 0; k < count; k++) {
            answers[k] = asked.lookup(keys + (long) k * PacketKey.KEY_BYTES);
        }
        processorNs += THREADS.getCurrentThreadCpuTime() - startProcessorNs;
        wallNs += System.nanoTime() - startWallNs;
        timedLookups += count;
        lookups += count;
        for (int k = 0; k < count; k++) {
            int right = table.lookup(keys + (long) k * PacketKey.KEY_BYTES);
            if (answers[k] == MatchDatapath.NO_ANSWER) {
                unanswered++;
            } else {
                wrong += answers[k] == right ? 0 : 1;
                if (answers[k] < 0) {
                    unmatched++;
                } else {
                    matched[answers[k]]++;
                }
            }
        }
    }

    /** Entries of the table. */
    public int entries() {
        return entries.size();
    }

    /** Lookups whose answer was this rule. */
    public long matched(int rule) {
        return matched[rule];
    }

    /** Lookups that no rule matched. */
    public long unmatched() {
        return unmatched;
    }

    /** Lookups for which the device says another rule than bit operations do. */
    public long wrong() {
        return wrong;
    }

    /** Lookups in which noise hid the preamble. */
    public long unanswered() {
        return unanswered;
    }

    /** All lookups. */
    public long lookups() {
        return lookups;
    }

    /** Lookups in a second of wall time, on this thread: without the first batches, if there are more, and without drawing keys and comparing. */
    public double lookupsPerWallSecond() {
        return timedLookups / (wallNs / NS_PER_SECOND);
    }

    /** The same in a second of the thread's processor time. */
    public double lookupsPerProcessorSecond() {
        return timedLookups / (Math.max(1, processorNs) / NS_PER_SECOND);
    }

    /** Emulated time of a lookup, or null without a device. */
    public @Nullable DeviceTime emulatedTime() {
        if (device == null) {
            return null;
        }
        long cycles = asked instanceof MatchLines lines ? lines.cyclesPerLookup() : ((MatchDatapath) asked).cycles();
        return new DeviceTime(cycles, device.capabilities().clockHz());
    }

    @Override
    public void close() {
        if (asked instanceof MatchDatapath datapath) {
            datapath.close();
        }
        if (device != null) {
            device.close();
        }
        arena.close();
    }
}
