package io.heliograph.offload.datapath;

import java.util.HashMap;
import java.util.Map;

/** The signals of a program's stages by name, and who reads which. */
final class Wiring {

    private final DatapathProgram program;
    private final Map<String, Signal> signals = new HashMap<>();
    private final Signal[] all;

    Wiring(DatapathProgram program) {
        this.program = program;
        for (StageSpec stage : program.stages()) {
            for (String output : stage.kind().outputs()) {
                signals.put(stage.name() + "." + output, new Signal());
            }
        }
        all = signals.values().toArray(Signal[]::new);
    }

    Signal output(StageSpec stage, String output) {
        return named(stage.name(), output);
    }

    /** What feeds a port. */
    Tap input(StageSpec stage, String port) {
        for (StageInput input : stage.inputs()) {
            if (input.port().equals(port)) {
                return new Tap(named(input.source(), input.output()), input.delayCycles());
            }
        }
        throw new IllegalArgumentException("port is not fed: stage=" + stage.name() + " port=" + port);
    }

    Signal named(String stage, String output) {
        String name = output;
        if (output.equals(StageInput.FIRST)) {
            StageSpec source = program.stage(stage);
            name = source == null ? output : source.kind().outputs().getFirst();
        }
        Signal signal = signals.get(stage + "." + name);
        if (signal == null) {
            throw new IllegalArgumentException("no such signal: stage=" + stage + " output=" + output);
        }
        return signal;
    }

    void clear() {
        for (Signal signal : all) {
            signal.clear();
        }
    }

    /** A signal as a port sees it, through the registers in between. */
    record Tap(Signal signal, int delayCycles) {

        long get(long cycle) {
            return signal.get(cycle - delayCycles);
        }

        boolean isValid(long cycle) {
            return get(cycle) != Signal.NONE;
        }
    }
}
