package io.heliograph.emulator.device;

/** Who is told of interrupts, in the moment in which they reach the processor. */
@FunctionalInterface
public interface InterruptHandler {
    /** Nobody. */
    InterruptHandler NONE = (vector, nowPs) -> {};

    /**
     * An interrupt came.
     *
     * @param vector number of the queue, or {@link io.heliograph.emulator.device.layout.Register#EVENT_VECTOR}
     */
    void raised(int vector, long nowPs);
}
