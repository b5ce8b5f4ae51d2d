package io.heliograph.offload.optcam;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.device.TransferCurve;
import io.heliograph.offload.noise.Chance;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Measures how often noise makes a lookup wrong, in the worst case: one rule that cares for every bit, and keys of which half match and half differ from it in one bit.
 *
 * <p>Noise per product (and crosstalk, and drift) is the device's: every word goes through its rings ({@link MatchLines}). Noise per output and that of an integrating receiver come in once for each rule, at
 * the readout of its whole sum, as {@link io.heliograph.offload.noise.NoisyInference} has them.
 */
public final class MatchErrors {

    private static final int CALIBRATION_CYCLES = 100;
    private static final int FULL_SCALE = 255;
    private static final int REPORT_MASK = 0x3FF;

    /**
     * One point.
     *
     * @param noise of any kind
     * @param width of key and rule in bits
     * @param wavelengths of the device, 1 or an even number; for noise per product
     * @param crosstalk between neighbouring wavelengths; for noise per product
     * @param driftRadiansPerSecond of the modulators' bias, in emulated time; for noise per product
     * @param range bits that differ which the readout's full scale holds; for noise per output
     * @param lookups to do
     * @param mostErrors after which it stops
     * @param seed of keys and noise
     */
    public record Setup(
            NoiseModel noise,
            int width,
            int wavelengths,
            double crosstalk,
            double driftRadiansPerSecond,
            int range,
            long lookups,
            long mostErrors,
            long seed) {}

    /**
     * What came of it.
     *
     * @param lookups done
     * @param missed keys that match, of which it was not seen
     * @param wronglyMatched keys that do not match, but were taken to
     */
    public record Point(Setup setup, long lookups, long missed, long wronglyMatched) {

        /** Wrong lookups. */
        public long errors() {
            return missed + wronglyMatched;
        }

        /** The share of wrong lookups. */
        public double rate() {
            return (double) errors() / lookups;
        }
    }

    /** Whether the line of the rule says match. */
    private interface Line {
        boolean matches(long key, boolean differs);
    }

    private MatchErrors() {}

    /**
     * Measures one point.
     *
     * @param progress told the lookups done now and then
     * @return fewer lookups than asked for if it stopped, or if the thread was interrupted
     */
    public static Point measure(Setup setup, LongConsumer progress) {
        try (Arena arena = Arena.ofConfined()) {
            SeededRandom keys = new SeededRandom(setup.seed());
            long key = arena.allocate(TernaryPattern.MOST_BITS / Byte.SIZE, Long.BYTES)
                    .address();
            TernaryPattern rule = TernaryPattern.any(setup.width());
            for (int bit = 0; bit < setup.width(); bit++) {
                int value = keys.nextInt(2);
                rule = rule.withField(bit, 1, value);
                flip(key, bit, value);
            }
            return switch (setup.noise()) {
                case NoiseModel.None() -> onDevice(setup, rule, keys, key, progress);
                case NoiseModel.Product(double sigma) -> onDevice(setup, rule, keys, key, progress);
                case NoiseModel.Output(double sigma) -> count(setup, output(setup, sigma), keys, key, progress);
                case NoiseModel.Receiver receiver -> count(setup, integrated(setup, receiver), keys, key, progress);
            };
        }
    }

    private static Point onDevice(
            Setup setup, TernaryPattern rule, SeededRandom keys, long key, LongConsumer progress) {
        EmulatorConfig config = EmulatorConfig.LIGHTNING
                .withConverters(EmulatorConfig.LIGHTNING.lanes(), setup.wavelengths(), 8, 8)
                .withOptics(1, TransferCurve.PREDISTORTED, setup.crosstalk(), setup.driftRadiansPerSecond())
                .withNoise(setup.noise(), setup.seed() + 1);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(config)) {
            Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, CALIBRATION_CYCLES);
            MatchLines lines = new MatchLines(device, calibration, MatchLevels.SUM_LIMIT, arena);
            lines.load(List.of(new TableEntry(0, rule, 0)));
            return count(setup, (at, differs) -> lines.lookup(at) == 0, keys, key, progress);
        }
    }

    /** As LIGHTNING's emulation: scaled to the full scale, rounded, |x| + N, its absolute value. */
    private static Line output(Setup setup, double sigma) {
        Chance chance = new Chance(new SeededRandom(setup.seed() + 1));
        double oneBit = (double) FULL_SCALE / setup.range();
        return (_, differs) -> Math.abs(Math.rint(differs ? oneBit : 0) + sigma * chance.gaussian()) <= oneBit / 2;
    }

    /** Shot and thermal noise, once for the sum. */
    private static Line integrated(Setup setup, NoiseModel.Receiver receiver) {
        Chance chance = new Chance(new SeededRandom(setup.seed() + 1));
        double photons = receiver.photonsPerMac();
        double thermal = receiver.thermalElectrons();
        return (_, differs) -> chance.poisson(differs ? photons : 0) + thermal * chance.gaussian() <= photons / 2;
    }

    private static Point count(Setup setup, Line line, SeededRandom keys, long key, LongConsumer progress) {
        long missed = 0;
        long wronglyMatched = 0;
        long done = 0;
        while (done < setup.lookups() && missed + wronglyMatched < setup.mostErrors()) {
            boolean differs = keys.nextInt(2) == 1;
            int bit = keys.nextInt(setup.width());
            flip(key, bit, differs ? 1 : 0);
            boolean matches = line.matches(key, differs);
            flip(key, bit, differs ? 1 : 0);
            missed += !differs && !matches ? 1 : 0;
            wronglyMatched += differs && matches ? 1 : 0;
            done++;
            if ((done & REPORT_MASK) == 0) {
                progress.accept(done);
                if (Thread.currentThread().isInterrupted()) {
                    break;
                }
            }
        }
        return new Point(setup, done, missed, wronglyMatched);
    }

    private static void flip(long key, int bit, int by) {
        long at = key + bit / Byte.SIZE;
        NativeMemory.putByte(at, (byte) (NativeMemory.getByte(at) ^ by << Byte.SIZE - 1 - bit % Byte.SIZE));
    }
}
