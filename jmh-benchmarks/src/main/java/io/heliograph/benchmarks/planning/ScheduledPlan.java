package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import java.io.PrintWriter;

/** A subject on a fabric: what is sent, its slots, and what the table that is written makes of links. */
final class ScheduledPlan {
    private final Subject subject;
    private final EmulatedRoutes routes;
    private final Planned planned;
    private final RateTable table;
    private final Fullness fullness;
    private final boolean isSlowWhenLate;

    /**
     * Computes it.
     *
     * @throws IllegalArgumentException if there is no schedule for this on this fabric
     */
    ScheduledPlan(Subject subject, EmulatedRoutes routes, ScheduleOptions options) {
        this.subject = subject;
        this.routes = routes;
        planned = subject.plan(options.method(), routes, options.margins());
        table = planned.schedule().table(options.late(), routes.lineRateBitsPerSecond(), HostAddresses::ipv4);
        fullness = Fullness.of(planned.schedule(), table, routes);
        isSlowWhenLate = options.method() == PlanMethod.TIMELINE && options.late() == Late.SPARE;
    }

    /** Whether all of the subject is in it, and the table that is written asks no link for more than it carries. */
    boolean passes() {
        return subject.isWhole() && fullness.isKept();
    }

    void print(PrintWriter out) {
        RateSchedule schedule = planned.schedule();
        subject.print(out);
        out.println();
        ScheduleTable.print(out, schedule, routes);
        LeastTime.of(planned, routes).print(out);
        if (!schedule.note().isEmpty()) {
            out.println("note: " + schedule.note());
        }
        fullness.print(out);
        if (isSlowWhenLate) {
            out.println(
                    "note: a timeline leaves little to what is late, which crawls by --late spare: by slot --late wait"
                            + " is faster, by the clock --late keep");
        }
        out.flush();
    }

    /** Writes the files that are asked for. */
    void write(PlanFiles files) {
        files.write(subject.name(), planned, routes, table);
    }

    void fill(RunReport report) {
        RateSchedule schedule = planned.schedule();
        subject.fill(report);
        ScheduleTable.fill(report, schedule, routes);
        FlowRows.fill(report, schedule, table);
        ObjectNode document = report.document();
        document.put("iterationNs", schedule.periodNs());
        LeastTime.of(planned, routes).fill(document);
        if (!schedule.note().isEmpty()) {
            document.put("note", schedule.note());
        }
        fullness.fill(document);
    }
}
