package io.heliograph.offload.graph;

/** What is added to each output channel of a linear operator; immutable. */
public final class Biases {

    private final float[] values;

    private Biases(float[] values) {
        this.values = values;
    }

    /** Takes a copy. */
    public static Biases of(float... values) {
        return new Biases(values.clone());
    }

    /** Nothing for any of these channels. */
    public static Biases none(int channels) {
        return new Biases(new float[channels]);
    }

    /** Channels. */
    public int count() {
        return values.length;
    }

    /** What is added to a channel. */
    public float get(int channel) {
        return values[channel];
    }

    /** Whether nothing is added to any. */
    public boolean areZero() {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
