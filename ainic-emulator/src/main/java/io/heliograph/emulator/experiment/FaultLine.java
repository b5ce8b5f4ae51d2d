package io.heliograph.emulator.experiment;

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
 * @param fromPs when it begins
 * @param untilPs when it ends
 * @param downPs how long each time, if it flaps; else 0
 * @param upPs how long in between
 */
record FaultLine(
        String from, String to, boolean bothWays, LinkFault fault, long fromPs, long untilPs, long downPs, long upPs) {

    void addTo(FaultPlan plan, Fabric fabric) {
        Link link = fabric.link(from, to);
        if (downPs > 0) {
            plan.flapping(link, fromPs, untilPs, downPs, upPs);
        } else if (bothWays) {
            plan.addCable(link, fault, fromPs, untilPs);
        } else {
            plan.add(link, fault, fromPs, untilPs);
        }
    }
}
