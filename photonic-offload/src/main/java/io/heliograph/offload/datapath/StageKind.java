package io.heliograph.offload.datapath;

import java.util.ArrayList;
import java.util.List;

/** The kinds of stages that the hardware has: their ports, what each can count, and what it can do when a count meets its target. */
public enum StageKind {
    /** Takes a query from the bus and starts when all of its payload is there. */
    PACKET_PARSER("packet-parser", "", "start:query", "latency bus-bytes", "word", "start"),
    /** Loads the targets of the next layer into all stages, and says so. */
    DAG_LOADER(
            "dag-loader", "start:query next:request", "layer:layer changed:layer", "latency announce", "load", "last"),
    /** Streams the preamble, then the input vector once per neuron of the first layer. */
    ACTIVATION_READER(
            "activation-reader",
            "layer:layer changed:layer",
            "word:vector",
            "latency",
            "preamble word repeat",
            "data restart stop"),
    /** Streams the preamble, then the layer's weights once. */
    WEIGHT_READER(
            "weight-reader", "layer:layer changed:layer", "word:weights", "latency", "preamble word", "data stop"),
    /** Passes the input vector in the first layer and the buffered vector in the others. */
    ACTIVATION_SWITCH("activation-switch", "first:vector later:vector layer:layer", "word:vector", "latency", "", ""),
    /** Sends activations and weights in the same cycle when all DACs have a valid word, else zeros. */
    STREAMER(
            "synchronous-streamer",
            "activation:vector weight:weights",
            "sent:operands",
            "latency activation-delay sample-shift weight-delay",
            "valid",
            "send"),
    /** The photonic device: takes a word for each DAC and gives a word of samples each cycle. */
    PHOTONIC_CORE("photonic-core", "sent:operands", "samples:codes", "", "", ""),
    /** Multiplies each sample by an integer. */
    LOSS_COMPENSATOR("loss-compensator", "samples:codes", "samples:values", "latency multiplier", "", ""),
    /** Looks for the preamble in all lane phases, then passes the data behind it, turned back by the phase. */
    PREAMBLE_DETECTOR(
            "preamble-detector",
            "samples:values changed:layer",
            "data:products",
            "latency mean match",
            "aligned early late window",
            "pass close"),
    /** Reads the signs of the weights from the first data word on. */
    SIGN_READER("sign-reader", "data:products layer:layer", "signs:signs", "latency", "word", "stop"),
    /** Adds or subtracts the products of a word by sign, and words of a neuron across cycles. */
    ADDER(
            "cross-cycle-adder",
            "data:products signs:signs layer:layer",
            "sum:number",
            "latency",
            "word sum",
            "emit stop"),
    /** Adds a bias to each sum, brought to the sum's units by the shifts of the layers before; only in datapaths of models that have biases. */
    BIAS_ADDER("bias-adder", "sum:number shift:shift layer:layer", "sum:number", "latency", "sum", "stop"),
    /** Keeps the largest of the sums under a window, or the floor of their mean; only in datapaths of models that pool. */
    POOL("pool", "sum:number layer:layer", "sum:number", "latency average rectify", "value window", "emit stop"),
    /** Makes negative sums 0 where it is enabled, and passes them on in the same cycle where it is not. */
    RELU("relu", "sum:number layer:layer", "value:number", "latency enabled", "", ""),
    /** Finds the shift that brings the maximum's top bit to bit 7. */
    NORMALIZER("normalizer", "value:number layer:layer", "shift:shift", "latency", "value", "latch"),
    /** Collects a layer's outputs, asks for the next layer, and replays them as its input; or emits them once. */
    BUFFER(
            "inter-layer-buffer",
            "value:number shift:shift layer:layer",
            "word:vector next:request",
            "latency",
            "value preamble word repeat wait",
            "next data restart stop emit"),
    /** Turns the last layer's sums into log-probabilities. */
    SOFTMAX("log-softmax", "word:vector layer:layer", "done:result", "latency", "word", "compute"),
    /** Gives the answer. */
    RESULT("result-generator", "done:result", "reply:class", "latency", "result", "reply"),
    /** Gives the first output whose sum is not negative; in place of softmax and result. */
    PRIORITY_ENCODER("priority-encoder", "word:vector layer:layer", "reply:class", "latency", "word", "reply");

    private final String text;
    private final String inputs;
    private final String outputs;
    private final String parameters;
    private final String events;
    private final String actions;

    /** Lists as text, separated by spaces; ports with what they take or give behind a colon. */
    StageKind(String text, String inputs, String outputs, String parameters, String events, String actions) {
        this.text = text;
        this.inputs = inputs;
        this.outputs = outputs;
        this.parameters = parameters;
        this.events = events;
        this.actions = actions;
    }

    /** Whether a datapath may do without it, whatever it ends with. */
    boolean isOptional() {
        return this == BIAS_ADDER || this == POOL;
    }

    /** Whether what it gives may come in the cycle in which it was taken, whatever its latency is: in layers that it is off in. */
    boolean mayPassAtOnce() {
        return this == RELU || this == POOL;
    }

    /** Whether a datapath has it only if it ends with {@link #PRIORITY_ENCODER}, or only if it does not. */
    boolean isNeeded(boolean encodesPriority) {
        return switch (this) {
            case SOFTMAX, RESULT -> !encodesPriority;
            case PRIORITY_ENCODER -> encodesPriority;
            default -> true;
        };
    }

    /** As programs write it. */
    public String text() {
        return text;
    }

    /** Ports that must be fed. */
    public List<String> inputs() {
        return words(inputs, true);
    }

    /** Ports that feed others; the first is what a stage's plain name means. */
    public List<String> outputs() {
        return words(outputs, true);
    }

    /** What an input takes. */
    String inputType(String port) {
        return typeOf(port, inputs);
    }

    /** What an output gives. */
    String outputType(String port) {
        return typeOf(port, outputs);
    }

    /** Settings that must be given. */
    public List<String> parameters() {
        return words(parameters, false);
    }

    /** What it can count. */
    public List<String> events() {
        return words(events, false);
    }

    /** What it can do. */
    public List<String> actions() {
        return words(actions, false);
    }

    private static List<String> words(String list, boolean ports) {
        List<String> words = new ArrayList<>();
        for (String word : list.split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(ports ? word.substring(0, word.indexOf(':')) : word);
            }
        }
        return List.copyOf(words);
    }

    private static String typeOf(String port, String list) {
        for (String word : list.split(" ", -1)) {
            if (word.startsWith(port + ":")) {
                return word.substring(port.length() + 1);
            }
        }
        return "";
    }

    @Override
    public String toString() {
        return text;
    }
}
