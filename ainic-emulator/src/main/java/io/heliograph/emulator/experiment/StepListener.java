package io.heliograph.emulator.experiment;

/** Is told where hosts are in a workload: a step begins at its source. */
interface StepListener {
    void begins(Step step);
}
