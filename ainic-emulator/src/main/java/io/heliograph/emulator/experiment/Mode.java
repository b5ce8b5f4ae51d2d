package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.transport.rate.RateTable;
import java.util.Set;

/**
 * One of the ways in which an experiment sends its traffic.
 *
 * @param name for tables and plots
 * @param pacing what decides when packets leave
 * @param switches what switches do
 * @param atOnce whether ranks post all messages of an all-to-all of experts at once, and not one rotation after the other
 */
record Mode(String name, Pacing pacing, SwitchConfig switches, boolean atOnce) {

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

    /**
     * A controller that hands out slots for a part of the messages.
     *
     * @param settings of the controller
     * @param groups of messages that it decides on; all if there is none
     * @param others what decides on the other messages: {@link Line} or {@link Planned}
     * @param deadFromPs when it dies, after the run's beginning; {@link EventQueue#NEVER} if never
     * @param deadUntilPs when another begins
     */
    record Granted(SlotSettings settings, Set<String> groups, Pacing others, long deadFromPs, long deadUntilPs)
            implements Pacing {}

    /** What decides when packets leave that no controller decides on. */
    Pacing ofOthers() {
        return pacing instanceof Granted granted ? granted.others() : pacing;
    }
}
