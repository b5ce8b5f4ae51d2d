package io.heliograph.collectives.planning.rates;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.transport.rate.RateTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The schedule of the least iteration time that a linear program finds: what overlaps with computation is sent where links are idle. */
final class LinearPlan {
    /** What the solver does within seconds. */
    private static final long MOST_VARIABLES = 12_000;
    /** Less of a demand than this is rounding. */
    private static final double NOTHING = 1e-7;

    private final FairRates fair;
    private final LinearParts parts;
    private final ScheduleParts schedule;

    private LinearPlan(FabricRoutes fabric, Margins margins, LinearParts parts) {
        this.parts = parts;
        fair = new FairRates(fabric, margins.headroom());
        schedule = new ScheduleParts(fabric);
    }

    /** A schedule; one of max-min fair rates, with the reason, if the program is too large. */
    static RateSchedule of(Job job, FabricRoutes fabric, Margins margins) {
        JobSlots slots = new JobSlots(job);
        if (slots.slots().getFirst().shape().isSerial()) {
            return FairPlan.of(job, fabric, margins)
                    .withNote("all passes are one slot, in which nobody knows what comes when: max-min fair rates in"
                            + " place of those of least time");
        }
        LinearParts parts = new LinearParts(slots.slots(), slots.passSlots(), fabric);
        LinearProgram program = new LinearProgram(parts, fabric, margins);
        if (program.size() > MOST_VARIABLES) {
            return FairPlan.of(job, fabric, margins)
                    .withNote("the linear program would have " + program.size() + " variables, at most "
                            + MOST_VARIABLES + " are solved: max-min fair rates in place of it");
        }
        Optional<LinearProgram.Solution> solution = program.solve();
        if (solution.isEmpty()) {
            return FairPlan.of(job, fabric, margins)
                    .withNote("the solver found no solution of the linear program: max-min fair rates in place of it");
        }
        LinearPlan plan = new LinearPlan(fabric, margins, parts);
        plan.add(solution.get());
        RateSchedule made = plan.schedule.schedule(slots.numbers());
        if (made.mostPhases() > RateTable.MAX_PHASES) {
            return FairPlan.of(job, fabric, margins)
                    .withNote("a flow would have " + made.mostPhases() + " phases, a table has room for "
                            + RateTable.MAX_PHASES + ": max-min fair rates in place of those of least time");
        }
        return made;
    }

    private void add(LinearProgram.Solution solution) {
        long[] startsNs = new long[parts.count()];
        for (int part = 0; part < parts.count(); part++) {
            startsNs[part] = schedule.periodNs();
            addPart(part, solution);
        }
        for (int first = 0; first < parts.count(); first += LinearParts.OF_A_SLOT) {
            // In front of the second part the first message of a slot is there to be sent.
            schedule.moment(startsNs[first], startsNs[first + 1]);
        }
    }

    /** Flows of a part are as fast as links let them be, in proportion to what is to be sent: whoever is late catches up. */
    private void addPart(int part, LinearProgram.Solution solution) {
        Map<Flow, Double> payload = new LinkedHashMap<>();
        for (int number = 0; number < parts.demands().size(); number++) {
            double sent = solution.sent()[number][part];
            if (sent > NOTHING) {
                parts.demands()
                        .get(number)
                        .bytes()
                        .forEach((flow, bytes) -> payload.merge(flow, bytes * sent, Double::sum));
            }
        }
        long ns = (long) Math.ceil(solution.lengthsNs()[part]);
        boolean isFree = LinearParts.isFree(part);
        long computeNs = isFree ? alternatingNs(part) : ns;
        if (!parts.alternates(part)) {
            schedule.addPart(parts.slot(part).label(), computeNs, isFree ? ns : 0, fair.of(payload), payload);
        }
    }

    /** Computation that alternates with what is sent in a free part. */
    private long alternatingNs(int part) {
        return parts.alternates(part - 1) ? parts.fixedNs(part - 1) : 0;
    }
}
