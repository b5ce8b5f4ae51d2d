package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.recorded.RecordedJob;
import io.heliograph.collectives.planning.steps.JobStep;
import io.heliograph.collectives.planning.steps.RecordedSteps;
import io.heliograph.collectives.planning.timeline.Timeline;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A log, a workload or traces. */
record RecordedSubject(String name, Volumes volumes, RecordedJob job) implements Subject {
    @Override
    public void print(PrintWriter out) {
        VolumeTable.print(out, volumes);
    }

    @Override
    public void fill(RunReport report) {
        VolumeTable.fill(report, volumes);
    }

    @Override
    public Planned plan(PlanMethod method, FabricRoutes fabric, Margins margins) {
        return switch (method) {
            case MAX_MIN -> bySlots(fabric, margins);
            case LP ->
                throw new IllegalArgumentException("--method lp is for job files, of which it is known what may"
                        + " overlap with what; max-min and timeline are for this");
            case TIMELINE -> {
                Timeline.Plan plan = Timeline.of(job, fabric, margins);
                yield new Planned(noted(plan.schedule()), plan::steps, plan.chainNs());
            }
        };
    }

    private Planned bySlots(FabricRoutes fabric, Margins margins) {
        if (job.isInStep()) {
            RateSchedule schedule = RateSchedule.of(job, fabric, margins);
            return new Planned(noted(schedule), () -> RecordedSteps.of(job, schedule::passNs));
        }
        // Made now, and first: ranks may contradict each other, which has to be said.
        List<JobStep> steps = RecordedSteps.of(job, RecordedSteps.Slots.NONE);
        Supplier<List<JobStep>> made = () -> steps;
        return new Planned(noted(RateSchedule.of(job, fabric, margins)), made);
    }

    private RateSchedule noted(RateSchedule schedule) {
        List<String> notes = Stream.concat(job.notes().stream(), Stream.of(schedule.note()))
                .filter(note -> !note.isEmpty())
                .toList();
        return schedule.withNote(String.join("; ", notes));
    }
}
