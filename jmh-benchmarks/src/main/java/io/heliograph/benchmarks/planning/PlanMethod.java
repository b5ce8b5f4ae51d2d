package io.heliograph.benchmarks.planning;

import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.steps.JobStep;
import io.heliograph.collectives.planning.steps.JobSteps;
import io.heliograph.collectives.planning.timeline.Timeline;
import java.util.List;
import java.util.function.Supplier;

/** How rates are computed. */
enum PlanMethod {
    /** Max-min fair in each slot, one slot after another. */
    MAX_MIN("max-min"),
    /** By linear programming, for the least iteration time. */
    LP("lp"),
    /** By following the iteration in time, the longest chain first. */
    TIMELINE("timeline");

    private final String word;

    PlanMethod(String word) {
        this.word = word;
    }

    /**
     * What comes out.
     *
     * @param steps of an iteration; computed when they are asked for, as large jobs have too many
     * @param chainNs the longest chain of messages and computations, than which no iteration is shorter; 0 if it was not looked for
     */
    record Planned(RateSchedule schedule, Supplier<List<JobStep>> steps, long chainNs) {
        /** By slots, of which nobody follows the chains. */
        Planned(RateSchedule schedule, Supplier<List<JobStep>> steps) {
            this(schedule, steps, 0);
        }
    }

    Planned plan(Job job, FabricRoutes fabric, Margins margins) {
        return switch (this) {
            case MAX_MIN -> bySlots(job, RateSchedule.of(job, fabric, margins));
            case LP -> bySlots(job, RateSchedule.ofLeastTime(job, fabric, margins));
            case TIMELINE -> {
                Timeline.Plan plan = Timeline.of(job, fabric, margins);
                yield new Planned(plan.schedule(), plan::steps, plan.chainNs());
            }
        };
    }

    private static Planned bySlots(Job job, RateSchedule schedule) {
        return new Planned(schedule, () -> JobSteps.of(job, schedule));
    }

    @Override
    public String toString() {
        return word;
    }
}
