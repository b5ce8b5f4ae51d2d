package io.heliograph.offload.datapath;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.OperandWord;
import io.heliograph.offload.device.PhotonicCapabilities;
import io.heliograph.offload.device.PhotonicDevice;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;

/**
 * A model in the weight memory of a device: where the words of each layer are, the preamble's word, and the signs, which stay with the datapath.
 *
 * <p>Several may be resident side by side, each from a word of its own. Rows are padded with zeros to whole words. The last words of the memory, one for each
 * wavelength, are left to {@link io.heliograph.offload.device.Calibration}.
 */
public final class ResidentModel {

    private static final short PREAMBLE_HIGH = (short) 0xFFFF;
    private static final short PREAMBLE_LOW = (short) 0x8000;

    private final QuantizedNetwork network;
    private final int firstWord;
    private final int[] layerWords;
    private final long[] signs;
    private final int words;

    private ResidentModel(QuantizedNetwork network, PhotonicDevice device, int firstWord, Arena arena) {
        this.network = network;
        this.firstWord = firstWord;
        PhotonicCapabilities capabilities = device.capabilities();
        int lanes = capabilities.lanes();
        words = wordsFor(network, lanes);
        if (firstWord < 0 || firstWord > capabilities.weightWords() - capabilities.wavelengths() - words) {
            throw new IllegalArgumentException("weight memory is too small: first=" + firstWord + " words=" + words
                    + " memory=" + capabilities.weightWords());
        }
        layerWords = new int[network.layers().size()];
        signs = new long[network.layers().size()];
        try (Arena codes = Arena.ofConfined()) {
            long image = codes.allocate((long) words * lanes * OperandWord.LANE_BYTES, Long.BYTES)
                    .address();
            for (int lane = 0; lane < lanes; lane++) {
                NativeMemory.putShort(
                        image + (long) lane * OperandWord.LANE_BYTES, lane < lanes / 2 ? PREAMBLE_HIGH : PREAMBLE_LOW);
            }
            int next = 1;
            for (int k = 0; k < layerWords.length; k++) {
                layerWords[k] = firstWord + next;
                DenseLayer layer = network.layers().get(k);
                signs[k] = arena.allocate(
                                (long) layer.wordsPerNeuron(lanes) * layer.outputs() * Integer.BYTES, Integer.BYTES)
                        .address();
                next += fill(layer, lanes, image + (long) next * lanes * OperandWord.LANE_BYTES, signs[k]);
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

    /** Words of the weight memory that a model takes, its preamble included. */
    public static int wordsFor(QuantizedNetwork network, int lanes) {
        int words = 1;
        for (DenseLayer layer : network.layers()) {
            words = Math.addExact(words, Math.multiplyExact(layer.wordsPerNeuron(lanes), layer.outputs()));
        }
        return words;
    }

    /** Returns how many words it filled. */
    private static int fill(DenseLayer layer, int lanes, long image, long signs) {
        int word = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            for (int first = 0; first < layer.inputs(); first += lanes, word++) {
                int positive = 0;
                for (int lane = 0; lane < lanes; lane++) {
                    int weight = first + lane < layer.inputs() ? layer.weight(output, first + lane) : 0;
                    positive |= weight >= 0 ? 1 << lane : 0;
                    long to = image + ((long) word * lanes + lane) * OperandWord.LANE_BYTES;
                    NativeMemory.putShort(to, OperandWord.code(Math.abs(weight)));
                }
                NativeMemory.putInt(signs + (long) word * Integer.BYTES, positive);
            }
        }
        return word;
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

    /** The address of a layer's signs: 32 bits a word, a 1 for each lane whose product is added. */
    long signs(int layer) {
        return signs[layer];
    }
}
