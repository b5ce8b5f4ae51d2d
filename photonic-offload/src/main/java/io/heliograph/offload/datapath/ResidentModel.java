package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.OperandWord;
import io.heliograph.offload.device.PhotonicCapabilities;
import io.heliograph.offload.device.PhotonicDevice;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Grouping;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;

/**
 * A model in the weight memory of a device: where the words of each layer are, the preamble's word, and signs, biases and divisors of windows, which stay with the datapath.
 *
 * <p>Several may be resident side by side, each from a word of its own. Rows are padded with zeros to whole words. On several wavelengths each word is as many of the memory's, one behind the other, and which inputs meet
 * in a lane is kept beside them. The last words of the memory, one for each wavelength, are left to {@link io.heliograph.offload.device.Calibration}.
 */
public final class ResidentModel {

    private static final short PREAMBLE_HIGH = (short) 0xFFFF;
    private static final short PREAMBLE_LOW = (short) 0x8000;

    private final QuantizedNetwork network;
    private final int firstWord;
    private final int[] layerWords;
    private final long[] signs;
    private final long[] members;
    private final int[] memberWords;
    private final int lanes;
    private final int wavelengths;
    private final int words;

    private ResidentModel(QuantizedNetwork network, PhotonicDevice device, int firstWord, Arena arena) {
        this.network = network;
        this.firstWord = firstWord;
        PhotonicCapabilities capabilities = device.capabilities();
        lanes = capabilities.lanes();
        wavelengths = capabilities.wavelengths();
        words = wordsFor(network, lanes, wavelengths);
        if (firstWord < 0 || firstWord > capabilities.weightWords() - wavelengths - words) {
            throw new IllegalArgumentException("weight memory is too small: first=" + firstWord + " words=" + words
                    + " memory=" + capabilities.weightWords());
        }
        layerWords = new int[network.layers().size()];
        signs = new long[network.layers().size()];
        members = new long[network.layers().size()];
        memberWords = new int[network.layers().size()];
        try (Arena codes = Arena.ofConfined()) {
            long image = codes.allocate((long) words * lanes * OperandWord.LANE_BYTES, Long.BYTES)
                    .address();
            for (int lane = 0; lane < lanes; lane++) {
                NativeMemory.putShort(
                        image + (long) lane * OperandWord.LANE_BYTES, lane < lanes / 2 ? PREAMBLE_HIGH : PREAMBLE_LOW);
            }
            int next = wavelengths;
            for (int k = 0; k < layerWords.length; k++) {
                layerWords[k] = firstWord + next;
                DenseLayer layer = network.layers().get(k);
                memberWords[k] = layer.wordsPerNeuron(lanes, wavelengths) * layer.outputs();
                signs[k] = arena.allocate((long) memberWords[k] * Integer.BYTES, Integer.BYTES)
                        .address();
                members[k] = wavelengths == 1
                        ? 0
                        : arena.allocate((long) memberWords[k] * wavelengths * lanes * Integer.BYTES, Integer.BYTES)
                                .address();
                fill(layer, image + (long) next * lanes * OperandWord.LANE_BYTES, signs[k], members[k]);
                next += memberWords[k] * wavelengths;
            }
            if (device.loadWeights(image, firstWord, words) != PhotonicDevice.OK) {
                throw new IllegalStateException("device refuses weights: first=" + firstWord + " words=" + words);
            }
        }
    }

    /**
     * Loads a model into the weight memory.
     *
     * @param firstWord of the memory that it may use
     * @param arena owns the signs
     * @throws IllegalArgumentException if it does not fit
     */
    public static ResidentModel load(QuantizedNetwork network, PhotonicDevice device, int firstWord, Arena arena) {
        return new ResidentModel(network, device, firstWord, arena);
    }

    /** Words of the weight memory that a model takes on one wavelength, its preamble included. */
    public static int wordsFor(QuantizedNetwork network, int lanes) {
        return wordsFor(network, lanes, 1);
    }

    /** Words of the weight memory that a model takes on so many wavelengths, its preamble included. */
    public static int wordsFor(QuantizedNetwork network, int lanes, int wavelengths) {
        int words = 1;
        for (DenseLayer layer : network.layers()) {
            words = Math.addExact(words, Math.multiplyExact(layer.wordsPerNeuron(lanes, wavelengths), layer.outputs()));
        }
        return Math.multiplyExact(words, wavelengths);
    }

    private void fill(DenseLayer layer, long image, long signsTo, long membersTo) {
        int perNeuron = layer.wordsPerNeuron(lanes, wavelengths);
        int[] inputs = new int[perNeuron * lanes * wavelengths];
        long word = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            Grouping.arrange(layer, output, wavelengths, inputs);
            for (int group = 0; group < perNeuron * lanes; group += lanes, word++) {
                int positive = 0;
                for (int lane = 0; lane < lanes; lane++) {
                    boolean negative = false;
                    for (int k = 0; k < wavelengths; k++) {
                        int input = inputs[(group + lane) * wavelengths + k];
                        int weight = input == Grouping.NONE ? 0 : layer.weight(output, input);
                        negative |= weight < 0;
                        long at = (word * wavelengths + k) * lanes + lane;
                        NativeMemory.putShort(image + at * OperandWord.LANE_BYTES, OperandWord.code(Math.abs(weight)));
                        if (membersTo != 0) {
                            NativeMemory.putInt(membersTo + at * Integer.BYTES, input);
                        }
                    }
                    positive |= negative ? 0 : 1 << lane;
                }
                NativeMemory.putInt(signsTo + word * Integer.BYTES, positive);
            }
        }
    }

    /** What is resident. */
    public QuantizedNetwork network() {
        return network;
    }

    /** Words from the first one on that it takes. */
    public int words() {
        return words;
    }

    int preambleWord() {
        return firstWord;
    }

    /** The first word of a layer. */
    int layerWord(int layer) {
        return layerWords[layer];
    }

    /**
     * Puts the inputs of a word of a layer side by side, a byte each, wavelength after wavelength, as its groups want them.
     *
     * @param vector of the layer
     * @param word of the layer, from 0
     * @param to gets {@code lanes} bytes for each wavelength
     */
    void gather(int layer, int word, long vector, long to) {
        long from =
                members[layer] + (long) Math.min(word, memberWords[layer] - 1) * wavelengths * lanes * Integer.BYTES;
        for (int k = 0; k < wavelengths * lanes; k++) {
            int input = NativeMemory.getInt(from + (long) k * Integer.BYTES);
            NativeMemory.putByte(to + k, input == Grouping.NONE ? 0 : NativeMemory.getByte(vector + input));
        }
    }

    /** Words of the memory that are one word of the datapath. */
    int wavelengths() {
        return wavelengths;
    }

    /** What is added to the sum of a neuron, 0 beyond the last one. */
    int addend(int layer, int output, double units) {
        DenseLayer of = network.layers().get(layer);
        return output < of.outputs() ? of.addend(output, units) : 0;
    }

    /**
     * What the sum of a window is divided by.
     *
     * @param window of the layer; beyond the last one it is the last
     * @param values that it took
     */
    int divisor(int layer, int window, int values) {
        DenseLayer of = network.layers().get(layer);
        return of.pooling().divisors() == 0 ? values : of.pooling().divisor(Math.min(window, of.values() - 1));
    }

    /** The address of a layer's signs: 32 bits a word, a 1 for each lane whose product is added. */
    long signs(int layer) {
        return signs[layer];
    }
}
