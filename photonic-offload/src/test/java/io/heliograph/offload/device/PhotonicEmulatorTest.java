package io.heliograph.offload.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PhotonicEmulatorTest {

    private static final int CYCLES = 3_000;

    /** Drives a device with steady or random words and keeps what comes. */
    private static final class Drive implements AutoCloseable {
        private final PhotonicEmulator device;
        private final Arena arena = Arena.ofConfined();
        private final int lanes;
        private final int wavelengths;
        private long entry;

        Drive(EmulatorConfig config) {
            device = new PhotonicEmulator(config);
            lanes = config.lanes();
            wavelengths = config.wavelengths();
        }

        void load(int word, int... values) {
            long codes = arena.allocate((long) lanes * OperandWord.LANE_BYTES, Long.BYTES)
                    .address();
            for (int lane = 0; lane < lanes; lane++) {
                NativeMemory.putShort(
                        codes + (long) lane * OperandWord.LANE_BYTES, OperandWord.code(values[lane % values.length]));
            }
            assertEquals(PhotonicDevice.OK, device.loadWeights(codes, word, 1));
        }

        /** One cycle; {@code values} are the lanes', one wavelength after the other. */
        int[] send(int weightWord, int... values) {
            long slot = entry & device.capabilities().ringEntries() - 1L;
            for (int k = 0; k < wavelengths; k++) {
                for (int lane = 0; lane < lanes; lane++) {
                    NativeMemory.putShort(
                            device.activationRing(k) + (slot * lanes + lane) * OperandWord.LANE_BYTES,
                            OperandWord.code(values[(k * lanes + lane) % values.length]));
                }
            }
            NativeMemory.putInt(device.weightRing() + slot * Integer.BYTES, weightWord);
            entry++;
            device.postOperands(entry);
            device.releaseSamples(entry);
            int[] samples = new int[lanes];
            for (int lane = 0; lane < lanes; lane++) {
                samples[lane] = OperandWord.value(NativeMemory.getUnsignedShort(
                        device.sampleRing() + (slot * lanes + lane) * OperandWord.LANE_BYTES));
            }
            return samples;
        }

        /** The mean and the deviation of the samples of a product, once it has arrived. */
        double[] steady(int activation, int weightWord) {
            for (int cycle = 0; cycle < device.capabilities().latencyCycles() + 2; cycle++) {
                send(weightWord, activation);
            }
            double sum = 0;
            double squares = 0;
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                for (int sample : send(weightWord, activation)) {
                    sum += sample;
                    squares += (double) sample * sample;
                }
            }
            double mean = sum / CYCLES / lanes;
            return new double[] {mean, Math.sqrt(Math.max(0, squares / CYCLES / lanes - mean * mean))};
        }

        @Override
        public void close() {
            device.close();
            arena.close();
        }
    }

    @Test
    void shouldMultiplyEveryPairExactly() {
        EmulatorConfig config = EmulatorConfig.LIGHTNING.withFlight(0, 0);
        try (Drive exact = new Drive(config);
                // One level of drift in the far future: the analog path, with ideal optics.
                Drive analog = new Drive(config.withNoise(new NoiseModel.Product(0), 1))) {
            for (int weight = 0; weight < 256; weight++) {
                exact.load(weight, weight);
                analog.load(weight, weight);
                for (int activation = 0; activation < 256; activation++) {
                    int product = activation * weight >> 8;
                    assertEquals(product, exact.send(weight, activation)[0]);
                    assertEquals(product, analog.send(weight, activation)[5], activation + " x " + weight);
                }
            }
        }
    }

    @Test
    void shouldDelayEachArmByItsFlight() {
        SeededRandom random = new SeededRandom(3);
        for (int round = 0; round < 30; round++) {
            int activationFlight = random.nextInt(300);
            int weightFlight = random.nextInt(300);
            try (Drive drive = new Drive(EmulatorConfig.LIGHTNING.withFlight(activationFlight, weightFlight))) {
                int[] activations = new int[60 * 16];
                int[] weights = new int[60 * 16];
                for (int k = 0; k < activations.length; k++) {
                    activations[k] = random.nextInt(256);
                    weights[k] = random.nextInt(256);
                }
                for (int cycle = 0; cycle < 60; cycle++) {
                    drive.load(cycle, Arrays.copyOfRange(weights, cycle * 16, cycle * 16 + 16));
                    int[] samples = drive.send(cycle, Arrays.copyOfRange(activations, cycle * 16, cycle * 16 + 16));
                    for (int lane = 0; lane < 16; lane++) {
                        int at = cycle * 16 + lane;
                        int activation = at < activationFlight ? 0 : activations[at - activationFlight];
                        int weight = at < weightFlight ? 0 : weights[at - weightFlight];
                        assertEquals(activation * weight >> 8, samples[lane], "cycle " + cycle + " lane " + lane);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(CalibrationWave.class)
    void shouldBeMeasuredByEveryWave(CalibrationWave wave) {
        SeededRandom random = new SeededRandom(5);
        for (int round = 0; round < 20; round++) {
            int activationFlight = random.nextInt(500);
            int weightFlight = random.nextInt(500);
            double share = 0.1 + random.nextInt(91) / 100.0;
            EmulatorConfig config = EmulatorConfig.LIGHTNING
                    .withFlight(activationFlight, weightFlight)
                    .withOptics(Math.min(1, share), TransferCurve.PREDISTORTED, 0, 0)
                    .withNoise(new NoiseModel.Product(NoiseModel.LIGHTNING_SIGMA), round);
            try (PhotonicEmulator device = new PhotonicEmulator(config)) {
                Calibration found = Calibration.measure(device, wave, 100);
                assertEquals(activationFlight, found.activationFlight(), config.toString());
                assertEquals(weightFlight, found.weightFlight(), config.toString());
                assertEquals(Math.min(1, share), found.transmission(), 0.04, config.toString());
                assertEquals(Math.rint(1 / found.transmission()), found.lossMultiplier());
            }
        }
    }

    @Test
    void shouldSayThatThereIsNoLight() {
        EmulatorConfig dark = EmulatorConfig.LIGHTNING.withOptics(0.001, TransferCurve.PREDISTORTED, 0, 0);
        try (PhotonicEmulator device = new PhotonicEmulator(dark)) {
            EnvironmentException refusal = assertThrows(
                    EnvironmentException.class, () -> Calibration.measure(device, CalibrationWave.SINE, 10));
            assertTrue(
                    String.valueOf(refusal.getMessage()).contains("check the laser"),
                    String.valueOf(refusal.getMessage()));
        }
    }

    @Test
    void shouldHaveTheNoiseThatItIsGiven() {
        try (Drive product = new Drive(EmulatorConfig.LIGHTNING.withNoise(new NoiseModel.Product(5), 1))) {
            product.load(0, 200);
            double[] seen = product.steady(160, 0);
            assertEquals(160 * 200 >> 8, seen[0], 0.2);
            assertEquals(5, seen[1], 0.1, "and 1/12 of rounding");
            assertEquals(0, product.steady(160, OperandWord.DARK)[1], "a dark arm is quiet");
        }
        NoiseModel.Receiver shot = new NoiseModel.Receiver(1_000, 0, 0);
        try (Drive receiver = new Drive(EmulatorConfig.LIGHTNING.withNoise(shot, 1))) {
            receiver.load(0, 255);
            double[] seen = receiver.steady(128, 0);
            double values = 255 * 255 / 256.0;
            assertEquals(128 / 255.0 * values, seen[0], 0.3);
            // Poisson: the variance of the electrons is their mean, 502.
            assertEquals(Math.sqrt(1_000 * 128 / 255.0) / 1_000 * values, seen[1], 0.15);
        }
        NoiseModel.Receiver thermal = new NoiseModel.Receiver(1_000_000, 1e-9, 300);
        try (Drive receiver = new Drive(EmulatorConfig.LIGHTNING.withNoise(thermal, 1))) {
            receiver.load(0, 255);
            double expected = thermal.thermalElectrons() / 1_000_000 * 255 * 255 / 256;
            assertEquals(Math.sqrt(expected * expected + 1 / 12.0), receiver.steady(128, 0)[1], 0.1);
        }
    }

    @Test
    void shouldReplayItsNoise() {
        EmulatorConfig config = EmulatorConfig.LIGHTNING.withNoise(new NoiseModel.Product(5), 42);
        boolean differs = false;
        try (Drive one = new Drive(config);
                Drive same = new Drive(config);
                Drive other = new Drive(config.withNoise(new NoiseModel.Product(5), 43))) {
            one.load(0, 200);
            same.load(0, 200);
            other.load(0, 200);
            for (int cycle = 0; cycle < 200; cycle++) {
                int[] seen = one.send(0, 100);
                assertArrayEquals(seen, same.send(0, 100));
                differs |= !Arrays.equals(seen, other.send(0, 100));
            }
        }
        assertTrue(differs, "another seed, other noise");
    }

    @Test
    void shouldAddWavelengthsAndLeakBetweenThem() {
        EmulatorConfig config =
                EmulatorConfig.LIGHTNING.withConverters(4, 3, 8, 8).withFlight(0, 0);
        int[] one = new int[12];
        Arrays.fill(one, 0, 4, 100);
        int[] all = new int[12];
        Arrays.fill(all, 60);
        try (Drive clean = new Drive(config);
                Drive leaky = new Drive(config.withOptics(1, TransferCurve.PREDISTORTED, 0.1, 0))) {
            for (Drive drive : new Drive[] {clean, leaky}) {
                drive.load(0, 255);
                drive.load(1, 100);
                drive.load(2, 50);
            }
            assertEquals((int) (60 * (255 + 100 + 50) / 256.0), clean.send(0, all)[0], "summed before the floor");
            assertEquals(100 * 255 / 256, clean.send(0, one)[0]);
            assertEquals((int) (100 * (255 + 10) / 256.0), leaky.send(0, one)[0], "a tenth of the neighbour's weight");
            Arrays.fill(all, 255);
            assertEquals(255, clean.send(0, all)[0], "the ADC saturates");
        }
    }

    @Test
    void shouldBendAndDrift() {
        EmulatorConfig config = EmulatorConfig.LIGHTNING.withFlight(0, 0);
        try (Drive bent = new Drive(config.withOptics(1, TransferCurve.MACH_ZEHNDER, 0, 0));
                Drive drifting = new Drive(config.withOptics(1, TransferCurve.PREDISTORTED, 0, 20_000))) {
            bent.load(0, 255);
            drifting.load(0, 255);
            // sin^2(pi/2 x 64 / 255) of full scale.
            double sine = Math.sin(Math.PI / 2 * 64 / 255);
            assertEquals((int) (sine * sine * 255 * 255 / 256), bent.send(0, 64)[0]);
            int before = drifting.send(0, 128)[0];
            for (int cycle = 0; cycle < 3_000; cycle++) {
                drifting.send(0, 128);
            }
            // 3,000 cycles are 11.8 us, 0.24 rad: the activation rises from sin^2(pi/4) on, the weight falls from 1.
            int after = drifting.send(0, 128)[0];
            assertTrue(after > before + 20, before + " " + after);
        }
    }

    @Test
    void shouldDropTheBitsThatConvertersLack() {
        try (Drive drive =
                new Drive(EmulatorConfig.LIGHTNING.withConverters(16, 1, 4, 5).withFlight(0, 0))) {
            drive.load(0, 0xFF);
            int product = (0xB0 * 0xF0 >> 8) & 0xF8;
            assertEquals(product, drive.send(0, 0xBC)[0], "0xBC becomes 0xB0, 0xFF becomes 0xF0");
        }
    }

    @Test
    void shouldRefuseWhatCannotBeBuilt() {
        EmulatorConfig config = EmulatorConfig.LIGHTNING;
        assertThrows(IllegalArgumentException.class, () -> config.withConverters(12, 1, 8, 8));
        assertThrows(IllegalArgumentException.class, () -> config.withConverters(16, 1, 9, 8));
        assertThrows(IllegalArgumentException.class, () -> config.withFlight(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> config.withOptics(1, TransferCurve.PREDISTORTED, 0.1, 0));
        assertThrows(IllegalArgumentException.class, () -> config.withNoise(new NoiseModel.Output(1), 0));
    }
}
