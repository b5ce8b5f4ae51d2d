package io.heliograph.benchmarks.offload;

import io.heliograph.offload.DeviceTime;
import io.heliograph.offload.datapath.DatapathCompiler;
import io.heliograph.offload.datapath.DatapathMachine;
import io.heliograph.offload.datapath.ResidentModel;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicCapabilities;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.energy.DeviceDescription;
import io.heliograph.offload.energy.QueryCost;
import io.heliograph.offload.model.IntegerInference;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.noise.NoisyInference;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;

/**
 * A model on an emulated device of its own, asked one image after the other.
 *
 * <p>Stepped, every cycle of every query goes through the datapath; else the integer semantics are computed straight, with noise where the model of it says, and cycles are those of one query that is
 * stepped at the start: they do not depend on data.
 */
public final class LocalInference implements AutoCloseable {

    private static final int CALIBRATION_CYCLES = 100;
    private static final int SPARE_WORDS = 64;

    private final Arena arena = Arena.ofConfined();
    private final PhotonicEmulator device;
    private final DatapathMachine machine;
    private final QuantizedNetwork network;
    private final boolean stepped;
    private final IntegerInference exact;
    private final NoisyInference noisy;
    private final boolean isNoisy;
    private final Calibration calibration;
    private final long overallCycles;
    private final long computeCycles;

    /**
     * Loads the model onto a device of one wavelength.
     *
     * @param stepped whether every query is; noise per layer output cannot be
     */
    public LocalInference(QuantizedNetwork network, NoiseModel noise, long seed, boolean stepped) {
        this(network, 1, noise, seed, stepped);
    }

    /**
     * Loads the model, calibrates the device, and unless all queries are stepped steps one of zeros.
     *
     * @param wavelengths of the device; with more than one there is noise in stepped queries only
     * @param stepped whether every query is; noise per layer output cannot be
     * @throws IllegalArgumentException if there are no such devices
     */
    public LocalInference(QuantizedNetwork network, int wavelengths, NoiseModel noise, long seed, boolean stepped) {
        this.network = network;
        this.stepped = stepped;
        isNoisy = !(noise instanceof NoiseModel.None);
        if (isNoisy && !stepped && wavelengths > 1) {
            throw new IllegalArgumentException(
                    "noise on several wavelengths is the device's: wavelengths=" + wavelengths);
        }
        int lanes = EmulatorConfig.LIGHTNING.lanes();
        EmulatorConfig optics = EmulatorConfig.LIGHTNING
                .withConverters(lanes, wavelengths, Byte.SIZE, Byte.SIZE)
                .withWeightWords(ResidentModel.wordsFor(network, lanes, wavelengths) + SPARE_WORDS);
        device = new PhotonicEmulator(stepped ? optics.withNoise(noise, seed) : optics);
        try {
            calibration = Calibration.measure(device, CalibrationWave.SQUARE, CALIBRATION_CYCLES);
            ResidentModel model = ResidentModel.load(network, device, 0, arena);
            machine = new DatapathMachine(
                    DatapathCompiler.compile(network, device.capabilities(), calibration), model, device, arena);
            exact = new IntegerInference(network, wavelengths, arena);
            noisy = new NoisyInference(network, noise, new SeededRandom(seed), arena);
            if (!stepped) {
                machine.run(arena.allocate(network.inputs()).address(), network.inputs());
            }
            overallCycles = machine.overallCycles();
            computeCycles = machine.computeCycles();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Asks for one image.
     *
     * @param image as many bytes as the model has inputs
     * @return its class, or {@link DatapathMachine#NO_ANSWER} if noise hides the preamble
     */
    public int infer(long image) {
        if (stepped) {
            return machine.run(image, network.inputs());
        }
        return isNoisy ? noisy.infer(image) : exact.infer(image);
    }

    /** The sum of an output of the last image. */
    public int sum(int output) {
        if (stepped) {
            return machine.sum(output);
        }
        return isNoisy ? noisy.sum(output) : exact.sum(output);
    }

    /** Cycles of the last query, from start to answer. */
    public long overallCycles() {
        return stepped ? machine.overallCycles() : overallCycles;
    }

    /** Those of the last query in which a stage had input and no output yet. */
    public long computeCycles() {
        return stepped ? machine.computeCycles() : computeCycles;
    }

    /** Cycles of the device as emulated time. */
    public DeviceTime timeOf(long cycles) {
        return new DeviceTime(cycles, device.capabilities().clockHz());
    }

    /** Energy of a query that takes so many cycles, layer by layer. */
    public QueryCost costOf(long cycles, DeviceDescription description) {
        PhotonicCapabilities capabilities = device.capabilities();
        return QueryCost.of(
                network, description, capabilities.lanes(), capabilities.wavelengths(), capabilities.clockHz(), cycles);
    }

    /** What was measured of the device before the first query. */
    public Calibration calibration() {
        return calibration;
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }
}
