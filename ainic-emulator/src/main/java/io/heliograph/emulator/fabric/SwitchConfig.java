package io.heliograph.emulator.fabric;

import org.jspecify.annotations.Nullable;

/**
 * What a switch does with frames that have to wait. Immutable: each {@code with} method makes another.
 *
 * <p>All bytes are those of the line ({@link WireAccounting}). A frame takes room in the shared buffer from its last bit's arrival until its first bit leaves; what is on a line is in no buffer.
 *
 * @param bufferBytes shared by all ports
 * @param queueBytes the most that may wait for one link in one class
 * @param alpha the most that may wait for one link in one class, as a multiple of what is free of the buffer at that moment (dynamic thresholds: Choudhury and Hahne, ToN 1998, equation 1); infinite for no such
 *     limit
 * @param marking when congestion is marked
 * @param trimming what becomes of data packets that find no room; null: they are dropped
 * @param flowControl null: nobody is paused
 */
public record SwitchConfig(
        long bufferBytes,
        long queueBytes,
        double alpha,
        EcnMarking marking,
        @Nullable Trimming trimming,
        @Nullable FlowControl flowControl) {
    /** Checks the ranges. */
    public SwitchConfig {
        if (bufferBytes < 1 || queueBytes < 0 || !(alpha > 0)) {
            throw new IllegalArgumentException("switch: bufferBytes=" + bufferBytes + " queueBytes=" + queueBytes
                    + " alpha=" + alpha + "; a buffer of at least a byte, a queue not negative, and alpha above 0");
        }
    }

    /** A switch with a shared buffer and no limit for a single queue. */
    public static SwitchConfig of(long bufferBytes) {
        return new SwitchConfig(bufferBytes, Long.MAX_VALUE, Double.POSITIVE_INFINITY, EcnMarking.OFF, null, null);
    }

    /** The same with another {@link #queueBytes}. */
    public SwitchConfig withQueueBytes(long value) {
        return new SwitchConfig(bufferBytes, value, alpha, marking, trimming, flowControl);
    }

    /** The same with another {@link #alpha}. */
    public SwitchConfig withAlpha(double value) {
        return new SwitchConfig(bufferBytes, queueBytes, value, marking, trimming, flowControl);
    }

    /** The same with another {@link #marking}. */
    public SwitchConfig withMarking(EcnMarking value) {
        return new SwitchConfig(bufferBytes, queueBytes, alpha, value, trimming, flowControl);
    }

    /** The same with another {@link #trimming}. */
    public SwitchConfig withTrimming(@Nullable Trimming value) {
        return new SwitchConfig(bufferBytes, queueBytes, alpha, marking, value, flowControl);
    }

    /** The same with another {@link #flowControl}. */
    public SwitchConfig withFlowControl(@Nullable FlowControl value) {
        return new SwitchConfig(bufferBytes, queueBytes, alpha, marking, trimming, value);
    }
}
