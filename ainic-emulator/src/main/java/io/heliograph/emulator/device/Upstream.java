package io.heliograph.emulator.device;

/** Who waits for room in front of a step. */
@FunctionalInterface
interface Upstream {
    /** There is room again. */
    void roomAt(long nowPs);
}
