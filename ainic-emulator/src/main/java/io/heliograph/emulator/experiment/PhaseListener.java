package io.heliograph.emulator.experiment;

/** Is told where hosts are in a workload. */
interface PhaseListener {
    /** A host is about to send a message of a phase. */
    void sends(int host, int phase);

    /** A host begins to compute what belongs to a phase. */
    default void computes(int host, int phase) {}
}
