package io.heliograph.emulator.device;

/** Who is told when a step of the pipeline does something else than before. */
@FunctionalInterface
public interface StageObserver {
    /** Nobody. */
    StageObserver NONE = (stage, nowPs) -> {};

    /** The state, the depth or the PSN of a step may have changed. */
    void changed(StageMeter stage, long nowPs);
}
