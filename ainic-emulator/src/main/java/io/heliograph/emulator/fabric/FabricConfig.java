package io.heliograph.emulator.fabric;

/**
 * What holds for a whole fabric. Immutable: each {@code with} method makes another.
 *
 * @param seed of all chance in it: errors, losses, marking, and which of equal paths each switch prefers
 * @param mtuBytes the largest IP packet, 576 to 65,000
 * @param accounting how many bytes of a line a frame takes
 * @param maxFrames the most frames at once, in queues, on wires and in hosts' hands
 * @param sendRingFrames frames that a host may hand to its link before it is told to wait
 * @param receiveRingFrames frames that may wait for a host before more are dropped
 * @param ecnCapable whether hosts' links declare data packets ECN-capable (ECT(0)), as RoCE NICs are set up to
 */
public record FabricConfig(
        long seed,
        int mtuBytes,
        WireAccounting accounting,
        int maxFrames,
        int sendRingFrames,
        int receiveRingFrames,
        boolean ecnCapable) {
    /** Real bytes, an MTU of 4,200, up to a million frames, rings as drivers have them. */
    public static final FabricConfig DEFAULT =
            new FabricConfig(1, 4200, WireAccounting.REAL, 1 << 20, 128, 4096, false);

    /** Checks the ranges. */
    public FabricConfig {
        if (mtuBytes < 576 || mtuBytes > 65_000) {
            throw new IllegalArgumentException("fabric: mtuBytes=" + mtuBytes + "; from 576 to 65000 is possible");
        }
        if (maxFrames < 1 || sendRingFrames < 1 || receiveRingFrames < 1) {
            throw new IllegalArgumentException("fabric: maxFrames=" + maxFrames + " sendRingFrames=" + sendRingFrames
                    + " receiveRingFrames=" + receiveRingFrames + "; each at least 1");
        }
    }

    /** The same with another {@link #seed}. */
    public FabricConfig withSeed(long value) {
        return new FabricConfig(value, mtuBytes, accounting, maxFrames, sendRingFrames, receiveRingFrames, ecnCapable);
    }

    /** The same with another {@link #mtuBytes}. */
    public FabricConfig withMtuBytes(int value) {
        return new FabricConfig(seed, value, accounting, maxFrames, sendRingFrames, receiveRingFrames, ecnCapable);
    }

    /** The same with another {@link #accounting}. */
    public FabricConfig withAccounting(WireAccounting value) {
        return new FabricConfig(seed, mtuBytes, value, maxFrames, sendRingFrames, receiveRingFrames, ecnCapable);
    }

    /** The same with another {@link #maxFrames}. */
    public FabricConfig withMaxFrames(int value) {
        return new FabricConfig(seed, mtuBytes, accounting, value, sendRingFrames, receiveRingFrames, ecnCapable);
    }

    /** The same with another {@link #sendRingFrames}. */
    public FabricConfig withSendRingFrames(int value) {
        return new FabricConfig(seed, mtuBytes, accounting, maxFrames, value, receiveRingFrames, ecnCapable);
    }

    /** The same with another {@link #receiveRingFrames}. */
    public FabricConfig withReceiveRingFrames(int value) {
        return new FabricConfig(seed, mtuBytes, accounting, maxFrames, sendRingFrames, value, ecnCapable);
    }

    /** The same with another {@link #ecnCapable}. */
    public FabricConfig withEcnCapable(boolean value) {
        return new FabricConfig(seed, mtuBytes, accounting, maxFrames, sendRingFrames, receiveRingFrames, value);
    }
}
