package io.heliograph.emulator.fabric;

/**
 * What a link is like, in each direction. Immutable.
 *
 * @param rateBitsPerSecond of the line
 * @param delayPs from one end to the other, for the last bit as for the first
 * @param bitErrorRate how likely each bit of a frame is changed under way without anybody at the link noticing, as in a faulty switch; the frame goes on
 * @param frameErrorRate how likely a frame ends with a wrong check sequence and is dropped at the end of the link
 */
public record LinkConfig(long rateBitsPerSecond, long delayPs, double bitErrorRate, double frameErrorRate) {
    /** Checks the ranges. */
    public LinkConfig {
        if (rateBitsPerSecond < 1_000_000 || rateBitsPerSecond > 8_000_000_000_000L) {
            throw new IllegalArgumentException(
                    "link: rateBitsPerSecond=" + rateBitsPerSecond + "; from 1 Mbit/s to 8 Tbit/s is possible");
        }
        if (delayPs < 0) {
            throw new IllegalArgumentException("link: delayPs=" + delayPs + "; must not be negative");
        }
        requireProbability("bitErrorRate", bitErrorRate);
        requireProbability("frameErrorRate", frameErrorRate);
    }

    /** A link without errors. */
    public static LinkConfig of(long rateBitsPerSecond, long delayPs) {
        return new LinkConfig(rateBitsPerSecond, delayPs, 0, 0);
    }

    /** The same with another {@link #bitErrorRate}. */
    public LinkConfig withBitErrorRate(double value) {
        return new LinkConfig(rateBitsPerSecond, delayPs, value, frameErrorRate);
    }

    /** The same with another {@link #frameErrorRate}. */
    public LinkConfig withFrameErrorRate(double value) {
        return new LinkConfig(rateBitsPerSecond, delayPs, bitErrorRate, value);
    }

    static void requireProbability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("link: " + name + "=" + value + "; from 0 to below 1 is possible");
        }
    }
}
