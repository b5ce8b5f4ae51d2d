package io.heliograph.emulator.experiment;

/** Makes the controller of a run and what hosts need to ask it: the emulator knows none itself, who runs experiments plugs one in. */
@FunctionalInterface
public interface SlotControllers {
    /** There is none. */
    SlotControllers NONE = (network, settings, seed) -> {
        throw new IllegalStateException("a mode of kind controller, and no controller is plugged in");
    };

    /**
     * Makes a controller, which begins at once, on the fabric's thread.
     *
     * @param network that is shared out
     * @param seed of all chance in it
     * @throws IllegalArgumentException if the settings make no sense
     */
    SlotControl open(SlotNetwork network, SlotSettings settings, long seed);
}
