package io.heliograph.offload.device;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * What a datapath must know of a device before it streams: how long each arm takes and how much light is lost.
 *
 * @param activationFlight samples from the activation ring to the sample ring
 * @param weightFlight the same for the weight arm
 * @param transmission measured mean over the mean that the wave has without loss
 * @param lossMultiplier the integer that makes up for it best, at least 1
 */
public record Calibration(int activationFlight, int weightFlight, double transmission, int lossMultiplier) {

    /** What a device is that takes these times and loses nothing. */
    public static Calibration lossless(int activationFlight, int weightFlight) {
        return new Calibration(activationFlight, weightFlight, 1, 1);
    }

    /**
     * Measures a device through its rings: the mean of the ADC for a wave gives the loss, a step on one arm with full scale on the other gives the
     * arm's time of flight. Uses the last words of the weight memory. Device time goes on by some times its latency and {@code cycles}.
     *
     * @param cycles to average over
     * @throws EnvironmentException if no light arrives
     */
    public static Calibration measure(PhotonicDevice device, CalibrationWave wave, int cycles) {
        try (Arena arena = Arena.ofConfined()) {
            Bench bench = new Bench(device, arena);
            double expected = 0;
            for (int lane = 0; lane < bench.lanes; lane++) {
                expected += wave.value(lane, bench.lanes) * OperandWord.MAX_VALUE >> Byte.SIZE;
            }
            expected /= bench.lanes;
            double mean = bench.mean(wave, cycles);
            double full = bench.mean(null, cycles);
            if (full < 1 || mean <= 0) {
                throw new EnvironmentException("the photonic device gives no light: mean=" + full
                        + " of 254; check the laser, the bias of the modulators and the fibres");
            }
            int activationFlight = bench.flightOf(true, full / 2);
            int weightFlight = bench.flightOf(false, full / 2);
            int multiplier = (int) Math.max(1, Math.rint(expected / mean));
            return new Calibration(activationFlight, weightFlight, mean / expected, multiplier);
        }
    }

    /** Lanes that the activation stream is to be shifted, so that both arms meet in the same lane. */
    public int sampleShift(int lanes) {
        return Math.floorMod(weightFlight - activationFlight, lanes);
    }

    /** Drives the rings by hand, a cycle at a time. */
    private static final class Bench {
        private static final int SETTLED = 4;

        private final PhotonicDevice device;
        private final int lanes;
        private final int wavelengths;
        private final int ringEntries;
        private final int settleCycles;
        private final int fullWord;
        private long entry;

        Bench(PhotonicDevice device, Arena arena) {
            this.device = device;
            PhotonicCapabilities capabilities = device.capabilities();
            lanes = capabilities.lanes();
            wavelengths = capabilities.wavelengths();
            ringEntries = capabilities.ringEntries();
            settleCycles = capabilities.latencyCycles() + SETTLED;
            fullWord = capabilities.weightWords() - wavelengths;
            entry = device.operandsTaken();
            int samples = lanes * wavelengths;
            long full = arena.allocate((long) samples * OperandWord.LANE_BYTES).address();
            for (int k = 0; k < samples; k++) {
                // Light on one wavelength only: the ADC's full scale is that of one.
                int value = k < lanes ? OperandWord.MAX_VALUE : 0;
                NativeMemory.putShort(full + (long) k * OperandWord.LANE_BYTES, OperandWord.code(value));
            }
            device.loadWeights(full, fullWord, wavelengths);
        }

        /** With full scale on the weight arm; null sends full scale on the other one as well. */
        double mean(@Nullable CalibrationWave wave, int cycles) {
            long sum = 0;
            for (int cycle = 0; cycle < settleCycles + cycles; cycle++) {
                for (int lane = 0; lane < lanes; lane++) {
                    activation(lane, wave == null ? OperandWord.MAX_VALUE : wave.value(lane, lanes));
                }
                long samples = run(fullWord);
                for (int lane = 0; cycle >= settleCycles && lane < lanes; lane++) {
                    sum += sampleAt(samples, lane);
                }
            }
            return (double) sum / cycles / lanes;
        }

        /** Darkens both arms, lights one, then steps the other and waits for most of a word above the threshold. */
        int flightOf(boolean activationArm, double threshold) {
            for (int cycle = 0; cycle < 2 * settleCycles; cycle++) {
                boolean lit = cycle >= settleCycles;
                send(lit && !activationArm, lit && activationArm);
            }
            int run = 0;
            for (int cycle = 0; cycle < 2 * settleCycles; cycle++) {
                long samples = send(true, true);
                for (int lane = 0; lane < lanes; lane++) {
                    run = sampleAt(samples, lane) > threshold ? run + 1 : 0;
                    if (run == SETTLED) {
                        return cycle * lanes + lane - SETTLED + 1;
                    }
                }
            }
            throw new EnvironmentException("no step arrives at the detector: arm="
                    + (activationArm ? "activation" : "weight") + " cycles=" + 2 * settleCycles
                    + "; check that the latency which the device states is not too short");
        }

        private long send(boolean activation, boolean weight) {
            for (int lane = 0; lane < lanes; lane++) {
                activation(lane, activation ? OperandWord.MAX_VALUE : 0);
            }
            return run(weight ? fullWord : OperandWord.DARK);
        }

        private void activation(int lane, int value) {
            long slot = entry & ringEntries - 1L;
            for (int k = 0; k < wavelengths; k++) {
                long word = device.activationRing(k) + slot * lanes * OperandWord.LANE_BYTES;
                NativeMemory.putShort(
                        word + (long) lane * OperandWord.LANE_BYTES, k == 0 ? OperandWord.code(value) : 0);
            }
        }

        /** One cycle; gives its samples, which are good until the next one. */
        private long run(int weight) {
            long slot = entry & ringEntries - 1L;
            NativeMemory.putInt(device.weightRing() + slot * Integer.BYTES, weight);
            entry++;
            if (device.postOperands(entry) != PhotonicDevice.OK || device.samplesWritten() != entry) {
                throw new IllegalStateException(
                        "the rings are in use: entry=" + entry + " samples=" + device.samplesWritten());
            }
            device.releaseSamples(entry);
            return device.sampleRing() + slot * lanes * OperandWord.LANE_BYTES;
        }

        private static int sampleAt(long word, int lane) {
            return OperandWord.value(NativeMemory.getUnsignedShort(word + (long) lane * OperandWord.LANE_BYTES));
        }
    }
}
