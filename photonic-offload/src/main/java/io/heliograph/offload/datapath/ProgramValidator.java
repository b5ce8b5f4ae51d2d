package io.heliograph.offload.datapath;

import io.heliograph.offload.model.Grouping;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that a program can be built: that stages, ports, settings, events and actions are there and fit, that what feeds a stage without a register in between comes before
 * it, and that targets agree with the shape of the model.
 */
public final class ProgramValidator {

    /** Registers that the machine's signals remember. */
    static final int MOST_CYCLES = 24;

    /** Whole cycles by which the streamer can delay an arm. */
    static final int MOST_DELAY = 48;

    private static final int MOST_LAYERS = 4096;
    private static final int MOST_WAVELENGTHS = 64;

    private final String file;
    private final DatapathProgram program;
    private final Map<String, Integer> positions = new HashMap<>();

    private ProgramValidator(String file, DatapathProgram program) {
        this.file = file;
        this.program = program;
    }

    /**
     * Checks a program.
     *
     * @param file what errors call it
     * @throws ProgramException if it is not right, with the line if it has one
     */
    public static void check(String file, DatapathProgram program) {
        new ProgramValidator(file, program).check();
    }

    private void check() {
        if (program.lanes() < 4 || program.lanes() > 32 || Integer.bitCount(program.lanes()) != 1) {
            throw refused(0, "lanes must be a power of two from 4 to 32: lanes=" + program.lanes());
        }
        if (program.wavelengths() < 1 || program.wavelengths() > MOST_WAVELENGTHS) {
            throw refused(0, "wavelengths must be 1 to " + MOST_WAVELENGTHS + ": wavelengths=" + program.wavelengths());
        }
        if (program.layers() == 0 || program.layers() > MOST_LAYERS) {
            throw refused(0, "a datapath has 1 to " + MOST_LAYERS + " layers: layers=" + program.layers());
        }
        checkWindows();
        for (int layer = 1; layer < program.layers(); layer++) {
            if (program.inputs().get(layer) != program.values(layer - 1)) {
                throw refused(0, "layers do not fit: layer=" + (layer + 1));
            }
        }
        Set<StageKind> kinds = new HashSet<>();
        for (int k = 0; k < program.stages().size(); k++) {
            StageSpec stage = program.stages().get(k);
            if (positions.put(stage.name(), k) != null) {
                throw refused(stage.line(), "two stages of one name: " + stage.name());
            }
            if (!kinds.add(stage.kind())) {
                throw refused(stage.line(), "a datapath has one stage of this kind: " + stage.kind());
            }
        }
        boolean encodesPriority = kinds.contains(StageKind.PRIORITY_ENCODER);
        for (StageKind kind : StageKind.values()) {
            boolean needed = kind.isNeeded(encodesPriority);
            if (needed != kinds.contains(kind) && !kind.isOptional()) {
                throw refused(
                        0,
                        needed
                                ? "no stage of kind " + kind
                                : "no place beside " + StageKind.PRIORITY_ENCODER + " for a stage of kind " + kind);
            }
        }
        for (StageSpec stage : program.stages()) {
            checkInputs(stage);
            checkSettings(stage);
            checkRules(stage);
        }
        checkShape();
    }

    private void checkWindows() {
        boolean pools = false;
        for (StageSpec stage : program.stages()) {
            pools |= stage.kind() == StageKind.POOL;
        }
        for (int layer = 0; layer < program.layers(); layer++) {
            int window = program.windows().get(layer);
            if (program.outputs().get(layer) % window != 0) {
                throw refused(
                        0,
                        "windows do not take all neurons: layer=" + (layer + 1) + " neurons="
                                + program.outputs().get(layer) + " window=" + window);
            }
            if (window > 1 && !pools) {
                throw refused(0, "no stage of kind " + StageKind.POOL + " for the pool of layer " + (layer + 1));
            }
        }
    }

    private void checkInputs(StageSpec stage) {
        Set<String> fed = new HashSet<>();
        for (StageInput input : stage.inputs()) {
            if (!stage.kind().inputs().contains(input.port())) {
                throw refused(
                        input.line(), unknown("port", input.port(), stage.kind().inputs(), stage));
            }
            if (!fed.add(input.port())) {
                throw refused(input.line(), "port fed twice: " + input.port());
            }
            Integer position = positions.get(input.source());
            if (position == null) {
                throw refused(input.line(), "no such stage: " + input.source());
            }
            StageSpec source = program.stages().get(position);
            if (!input.output().equals(StageInput.FIRST)
                    && !source.kind().outputs().contains(input.output())) {
                throw refused(
                        input.line(),
                        unknown("output", input.output(), source.kind().outputs(), source));
            }
            String output = input.output().equals(StageInput.FIRST)
                    ? source.kind().outputs().getFirst()
                    : input.output();
            String gives = source.kind().outputType(output);
            String takes = stage.kind().inputType(input.port());
            if (!gives.equals(takes)) {
                throw refused(
                        input.line(),
                        "port " + input.port() + " of " + stage.name() + " takes " + takes + ", but " + source.name()
                                + "." + output + " gives " + gives);
            }
            int latency = source.settings().containsKey("latency") ? source.setting("latency") : 0;
            if (input.delayCycles() + latency > MOST_CYCLES) {
                throw refused(
                        input.line(), "more than " + MOST_CYCLES + " cycles from stage to stage: " + input.port());
            }
            boolean mayPassAtOnce = latency == 0 || source.kind().mayPassAtOnce();
            if (input.delayCycles() == 0
                    && mayPassAtOnce
                    && position >= program.stages().indexOf(stage)) {
                throw refused(
                        input.line(),
                        "fed in the same cycle by a stage that comes later: " + input.source()
                                + "; list it before or put a register in between (+1)");
            }
        }
        for (String port : stage.kind().inputs()) {
            if (!fed.contains(port)) {
                throw refused(stage.line(), "port is not fed: stage=" + stage.name() + " port=" + port);
            }
        }
    }

    private void checkSettings(StageSpec stage) {
        stage.settings().forEach((name, values) -> {
            if (!stage.kind().parameters().contains(name)) {
                throw refused(
                        stage.line(), unknown("setting", name, stage.kind().parameters(), stage));
            }
            if (values.size() != 1 && values.size() != program.layers()) {
                throw refused(
                        stage.line(), "neither one value nor one a layer: stage=" + stage.name() + " setting=" + name);
            }
        });
        for (String name : stage.kind().parameters()) {
            if (!stage.settings().containsKey(name)) {
                throw refused(stage.line(), "setting is missing: stage=" + stage.name() + " setting=" + name);
            }
        }
        if (stage.settings().containsKey("latency")
                && (stage.setting("latency") < 1 || stage.setting("latency") > MOST_CYCLES)) {
            throw refused(stage.line(), "latency must be 1 to " + MOST_CYCLES + ": stage=" + stage.name());
        }
        switch (stage.kind()) {
            case STREAMER -> {
                within(stage, "sample-shift", 0, program.lanes() - 1);
                within(stage, "activation-delay", 0, MOST_DELAY);
                within(stage, "weight-delay", 0, MOST_DELAY);
            }
            case LOSS_COMPENSATOR -> within(stage, "multiplier", 1, 0xFFFF);
            case PREAMBLE_DETECTOR -> {
                within(stage, "mean", 1, MOST_CYCLES / 2);
                within(stage, "match", 1, MOST_CYCLES / 2 - 1);
            }
            case DAG_LOADER -> within(stage, "announce", 1, MOST_CYCLES);
            case PACKET_PARSER -> within(stage, "bus-bytes", 1, 1 << 16);
            default -> {
                // Nothing that latency does not say.
            }
        }
    }

    private void within(StageSpec stage, String setting, int least, int most) {
        int value = stage.setting(setting);
        if (value < least || value > most) {
            throw refused(
                    stage.line(),
                    "setting is not " + least + " to " + most + ": stage=" + stage.name() + " setting=" + setting
                            + " value=" + value);
        }
    }

    private void checkRules(StageSpec stage) {
        Set<String> counted = new HashSet<>();
        for (CountRule rule : stage.rules()) {
            if (!stage.kind().events().contains(rule.event())) {
                throw refused(
                        rule.line(), unknown("event", rule.event(), stage.kind().events(), stage));
            }
            if (!counted.add(rule.event())) {
                throw refused(rule.line(), "event counted twice: " + rule.event());
            }
            if (rule.targets().size() != 1 && rule.targets().size() != program.layers()) {
                throw refused(
                        rule.line(),
                        "neither one target nor one a layer: count=" + rule.name() + " targets="
                                + rule.targets().size() + " layers=" + program.layers());
            }
            for (String action : rule.actions()) {
                if (!stage.kind().actions().contains(action)) {
                    throw refused(
                            rule.line(), unknown("action", action, stage.kind().actions(), stage));
                }
            }
        }
    }

    /** A stream that ends early or never would hang the datapath, or give the sums of other weights. */
    private void checkShape() {
        for (int layer = 0; layer < program.layers(); layer++) {
            int words = Grouping.words(program.inputs().get(layer), program.wavelengths(), program.lanes());
            int neurons = program.outputs().get(layer);
            agrees(StageKind.WEIGHT_READER, "word", layer, (long) words * neurons, "stop");
            agrees(StageKind.SIGN_READER, "word", layer, (long) words * neurons, "stop");
            agrees(StageKind.ADDER, "word", layer, words, "emit");
            agrees(StageKind.ADDER, "sum", layer, neurons, "stop");
            agrees(StageKind.BIAS_ADDER, "sum", layer, neurons, "stop");
            checkPool(layer);
            agrees(StageKind.NORMALIZER, "value", layer, isLast(layer) ? 0 : program.values(layer), "latch");
            agrees(StageKind.BUFFER, "value", layer, program.values(layer), "next");
            StageKind reader = layer == 0 ? StageKind.ACTIVATION_READER : StageKind.BUFFER;
            agrees(reader, "word", layer, words, "restart");
            agrees(reader, "repeat", layer, neurons, "stop");
        }
        int sumWords = (program.lastValues() + program.lanes() - 1) / program.lanes();
        agrees(StageKind.PRIORITY_ENCODER, "word", program.layers() - 1, sumWords, "reply");
        agrees(StageKind.DAG_LOADER, "load", 0, program.layers(), "last");
    }

    private boolean isLast(int layer) {
        return layer == program.layers() - 1;
    }

    /** A layer that pools counts its windows; one that does not, whose target is 0, may still have windows of one neuron. */
    private void checkPool(int layer) {
        int window = program.windows().get(layer);
        for (StageSpec stage : program.stages()) {
            CountRule values = stage.kind() == StageKind.POOL ? stage.ruleFor("value") : null;
            boolean off = values != null && window == 1 && values.target(layer) == 0;
            if (stage.kind() == StageKind.POOL && !off) {
                agrees(StageKind.POOL, "value", layer, window, "emit");
                agrees(StageKind.POOL, "window", layer, program.values(layer), "stop");
            }
        }
    }

    private void agrees(StageKind kind, String event, int layer, long expected, String action) {
        for (StageSpec stage : program.stages()) {
            CountRule rule = stage.kind() == kind ? stage.ruleFor(event) : null;
            if (rule != null) {
                int target = rule.target(layer);
                if (target != expected) {
                    throw refused(
                            rule.line(),
                            "target does not agree with the layer's shape: stage=" + stage.name() + " count="
                                    + rule.name() + " layer=" + (layer + 1) + " target=" + target + " expected="
                                    + expected);
                }
                if (!rule.actions().contains(action)) {
                    throw refused(
                            rule.line(),
                            "nothing would end the stream: stage=" + stage.name() + " count=" + rule.name() + " action="
                                    + action);
                }
            } else if (stage.kind() == kind) {
                throw refused(stage.line(), "nothing counts the event: stage=" + stage.name() + " event=" + event);
            }
        }
    }

    private static String unknown(String what, String name, List<String> there, StageSpec stage) {
        return "no such " + what + ": stage=" + stage.name() + " " + what + "=" + name + "; there "
                + (there.isEmpty() ? "is none" : "are " + String.join(", ", there));
    }

    private ProgramException refused(int line, String message) {
        return new ProgramException(file, line, message);
    }
}
