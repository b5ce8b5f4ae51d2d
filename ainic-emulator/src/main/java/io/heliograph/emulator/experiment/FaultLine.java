package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FaultPlan;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkFault;

/**
 * One fault of a cable, as a file lists it.
 *
 * @param from one end
 * @param to the other
 * @param bothWays whether both directions have it
 * @param fault what is wrong; what it is between {@code downPs} and {@code upPs} if it flaps
 * @param fromPs when it begins, after the run's beginning
 * @param untilPs when it ends
 * @param downPs how long each time, if it flaps; else 0
 * @param upPs how long in between
 */
record FaultLine(
        String from, String to, boolean bothWays, LinkFault fault, long fromPs, long untilPs, long downPs, long upPs) {

    /** Adds it to a plan of a run that begins at a time. */
    void addTo(FaultPlan plan, Fabric fabric, long beginsPs) {
        long beginPs = beginsPs + fromPs;
        long endPs = untilPs == EventQueue.NEVER ? EventQueue.NEVER : beginsPs + untilPs;
        Link link = fabric.link(from, to);
        if (downPs > 0) {
            plan.flapping(link, beginPs, endPs, downPs, upPs);
        } else if (bothWays) {
            plan.addCable(link, fault, beginPs, endPs);
        } else {
            plan.add(link, fault, beginPs, endPs);
        }
    }
}
