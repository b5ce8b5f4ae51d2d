package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.SwitchConfig;

/**
 * One of the ways in which an experiment sends its traffic.
 *
 * @param name for tables and plots
 * @param pacing what decides when packets leave
 * @param switches what switches do
 */
record Mode(String name, Pacing pacing, SwitchConfig switches) {

    /** What decides when packets leave. */
    sealed interface Pacing {}

    /**
     * A table of rates, calculated before the run: {@link MaxMinRates}.
     *
     * @param headroom the part of each link that is left free for acknowledgements
     */
    record Table(double headroom) implements Pacing {}

    /** As fast as the line takes them, the transport's own window being the only limit. */
    record Line() implements Pacing {}

    /**
     * Swift, a window that aims at a delay.
     *
     * @param targetNs its base target
     * @param minWindow packets
     * @param maxWindow packets
     * @param initialWindow packets
     */
    record Window(long targetNs, double minWindow, double maxWindow, double initialWindow) implements Pacing {}
}
