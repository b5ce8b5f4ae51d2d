package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.job.Iteration;
import io.heliograph.collectives.planning.job.Job;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.traffic.Volumes;
import java.io.PrintWriter;

/** A job file. */
final class JobSubject implements Subject {
    private final Job job;
    private final Volumes volumes;

    JobSubject(Job job) {
        this.job = job;
        volumes = new Iteration(job).volumes();
    }

    @Override
    public String name() {
        return job.name();
    }

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
        return method.plan(job, fabric, margins);
    }
}
