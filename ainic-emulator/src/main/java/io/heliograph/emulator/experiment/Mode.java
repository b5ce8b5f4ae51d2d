package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.transport.rate.RateTable;

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

    /**
     * A table of rates from elsewhere, for all hosts.
     *
     * @param table whose periods begin when the workload does
     * @param bySlot whether hosts load the rates of the slot that their messages belong to, and time does not matter
     */
    record Planned(RateTable table, boolean bySlot) implements Pacing {}

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
