package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.RateSchedule;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What no iteration is shorter than, by the same messages on the same paths without headroom and slack, so that it can be said how much a schedule leaves.
 *
 * @param chainNs the longest chain of messages and computations; 0 if it was not looked for
 * @param linkNs how long the busiest link takes for what it carries, at its rate
 * @param link its name
 */
record LeastTime(long chainNs, double linkNs, String link) {
    private static final double NS_PER_US = 1e3;

    static LeastTime of(PlanMethod.Planned planned, FabricRoutes fabric) {
        RateSchedule schedule = planned.schedule();
        int busiest = ScheduleTable.busiest(schedule, fabric).getFirst();
        return new LeastTime(
                planned.chainNs(), schedule.utilisation(busiest) * schedule.periodNs(), fabric.name(busiest));
    }

    double ns() {
        return Math.max((double) chainNs, linkNs);
    }

    void print(PrintWriter out) {
        String chain = chainNs == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "the longest chain of messages and computations takes %.1f us, ",
                        chainNs / NS_PER_US);
        out.printf(
                Locale.ROOT,
                "no schedule takes less than %.1f us: %swhat %s carries %.1f us%n",
                ns() / NS_PER_US,
                chain,
                link,
                linkNs / NS_PER_US);
    }

    void fill(ObjectNode document) {
        document.put("leastNs", ns());
        if (chainNs > 0) {
            document.put("longestChainNs", chainNs);
        }
        document.put("busiestLink", link);
        document.put("busiestLinkNs", linkNs);
    }
}
