package io.heliograph.offload.datapath;

import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;

/** A machine, its model and its device, put together. */
final class Runs implements AutoCloseable {

    final PhotonicEmulator device;
    final DatapathMachine machine;

    private final Arena arena = Arena.ofConfined();

    /** On a device whose times of flight are known. */
    Runs(QuantizedNetwork network, EmulatorConfig config) {
        this(network, config, Calibration.lossless(config.activationFlight(), config.weightFlight()));
    }

    Runs(QuantizedNetwork network, EmulatorConfig config, Calibration calibration) {
        device = new PhotonicEmulator(config);
        ResidentModel model = ResidentModel.load(network, device, 0, arena);
        DatapathProgram program = DatapathCompiler.compile(network, device.capabilities(), calibration);
        machine = new DatapathMachine(program, model, device, arena);
    }

    @Override
    public void close() {
        device.close();
        arena.close();
    }
}
