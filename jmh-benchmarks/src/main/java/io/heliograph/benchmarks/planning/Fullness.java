package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.collectives.planning.rates.LinkCheck;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import java.io.PrintWriter;

/**
 * How full the fullest link is at any time, by its rate.
 *
 * @param written by the table that is written, if every flow sends all the time as fast as it has for it: what the verdict is about
 * @param slots by flows in their slots alone, if nothing is late
 */
record Fullness(double written, double slots) {

    static Fullness of(RateSchedule schedule, RateTable written, EmulatedRoutes routes) {
        return new Fullness(LinkCheck.fullest(written, routes, HostAddresses::ipv4), schedule.fullest());
    }

    boolean isKept() {
        return LinkCheck.isKept(written);
    }

    void print(PrintWriter out) {
        out.printf("fullest link at any time: %.2f %%%s%n", 100 * written, isKept() ? "" : ": OVERSUBSCRIBED");
        out.printf(
                "fullest link if nothing is late: %.2f %%%s%n",
                100 * slots, LinkCheck.isKept(slots) ? "" : ": OVERSUBSCRIBED");
    }

    void fill(ObjectNode document) {
        document.put("fullest", written);
        document.put("oversubscribed", !isKept());
        document.put("fullestIfNothingIsLate", slots);
        document.put("oversubscribedIfNothingIsLate", !LinkCheck.isKept(slots));
    }
}
