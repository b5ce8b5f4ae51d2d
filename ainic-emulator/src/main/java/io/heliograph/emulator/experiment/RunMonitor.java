package io.heliograph.emulator.experiment;

/** Watches a run, on its thread. */
@FunctionalInterface
public interface RunMonitor {
    /** Never ends a run. */
    RunMonitor NONE = completedBytes -> true;

    /**
     * Called every few microseconds of virtual time.
     *
     * @param completedBytes payload of the messages that are over
     * @return whether to go on
     */
    boolean goesOn(long completedBytes);
}
