package io.heliograph.offload.datapath;

import java.lang.foreign.Arena;

/**
 * Words of activations for several wavelengths: each lane has the vector in a memory of its own and reads the input that its group wants ({@link io.heliograph.offload.model.Grouping}), so that the words of a neuron are not
 * those of the vector. A ring, long enough for all registers up to the streamer.
 */
final class GatheredWords {

    private static final int WORDS = 128;

    private final ResidentModel model;
    private final long ring;
    private final long wordBytes;
    private int next;

    GatheredWords(ResidentModel model, int lanes, Arena arena) {
        this.model = model;
        wordBytes = (long) lanes * model.wavelengths();
        ring = arena.allocate(WORDS * wordBytes, Long.BYTES).address();
    }

    /** The address of a word of a layer, {@code lanes} bytes for each wavelength; good for 128 words to come. */
    long word(int layer, int word, long vector) {
        long to = ring + next * wordBytes;
        next = next + 1 & WORDS - 1;
        model.gather(layer, word, vector, to);
        return to;
    }
}
