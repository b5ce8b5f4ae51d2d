package io.heliograph.offload.model;

import java.util.Arrays;

/**
 * Which inputs of a neuron are multiplied side by side, on several wavelengths, and summed by one detector before anything is digital (DATAPATH.md, "Wavelengths").
 *
 * <p>A detector adds light and cannot subtract, so a group holds inputs whose weights have one sign: first those of weights that are not negative, then the others, each in their order; the last group of either sign may be
 * short. With one wavelength every input is a group of its own, in its place.
 */
public final class Grouping {

    /** In place of an input where a group is short. */
    public static final int NONE = -1;

    private Grouping() {}

    /** Groups that a neuron of so many inputs needs at most, whatever the signs of its weights are. */
    public static int groups(int inputs, int wavelengths) {
        return (inputs + 2 * (wavelengths - 1)) / wavelengths;
    }

    /** Words of {@code lanes} groups that a neuron takes; the last one is padded. */
    public static int words(int inputs, int wavelengths, int lanes) {
        return (groups(inputs, wavelengths) + lanes - 1) / lanes;
    }

    /**
     * The groups of a neuron, one behind the other.
     *
     * @param members gets for each group as many inputs as there are wavelengths, or {@link #NONE}; at least {@link #groups} times the wavelengths long
     */
    public static void arrange(DenseLayer layer, int output, int wavelengths, int... members) {
        Arrays.fill(members, NONE);
        if (wavelengths == 1) {
            for (int input = 0; input < layer.inputs(); input++) {
                members[input] = input;
            }
            return;
        }
        int next = 0;
        for (int input = 0; input < layer.inputs(); input++) {
            if (layer.weight(output, input) >= 0) {
                members[next++] = input;
            }
        }
        next = (next + wavelengths - 1) / wavelengths * wavelengths;
        for (int input = 0; input < layer.inputs(); input++) {
            if (layer.weight(output, input) < 0) {
                members[next++] = input;
            }
        }
    }
}
