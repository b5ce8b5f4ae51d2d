package io.heliograph.offload.serve;

import io.heliograph.offload.datapath.DatapathCompiler;
import io.heliograph.offload.datapath.DatapathMachine;
import io.heliograph.offload.datapath.ResidentModel;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;

/** Every cycle of the datapath, against an emulated device of its own that is calibrated first. */
final class SteppedInference implements Inference {

    private static final int CALIBRATION_CYCLES = 100;
    private static final int SPARE_WORDS = 64;

    private final DatapathMachine machine;
    private final int inputs;
    private final long clockHz;

    /**
     * Loads a model into the weight memory of a new device.
     *
     * @param optics of the device; the weight memory is made as large as the model
     * @param arena owns the device's memory
     */
    SteppedInference(QuantizedNetwork network, EmulatorConfig optics, Arena arena) {
        PhotonicEmulator device = new PhotonicEmulator(
                optics.withWeightWords(
                        ResidentModel.wordsFor(network, optics.lanes(), optics.wavelengths()) + SPARE_WORDS),
                arena);
        Calibration calibration = Calibration.measure(device, CalibrationWave.SQUARE, CALIBRATION_CYCLES);
        ResidentModel model = ResidentModel.load(network, device, 0, arena);
        machine = new DatapathMachine(
                DatapathCompiler.compile(network, device.capabilities(), calibration), model, device, arena);
        inputs = network.inputs();
        clockHz = device.capabilities().clockHz();
    }

    @Override
    public int infer(long activations) {
        return machine.run(activations, inputs);
    }

    @Override
    public int sum(int output) {
        return machine.sum(output);
    }

    @Override
    public long overallCycles() {
        return machine.overallCycles();
    }

    @Override
    public long computeCycles() {
        return machine.computeCycles();
    }

    /** The logic clock of the device. */
    long clockHz() {
        return clockHz;
    }
}
