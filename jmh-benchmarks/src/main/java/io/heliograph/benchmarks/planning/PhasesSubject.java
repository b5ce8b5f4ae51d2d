package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.planning.PlanMethod.Planned;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.phases.MatchingPhase;
import io.heliograph.collectives.planning.phases.TrafficMatrix;
import io.heliograph.collectives.planning.rates.FabricRoutes;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.collectives.planning.rates.Margins;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.steps.PhaseSteps;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An uneven all-to-all in phases, rank r at host r: each phase is a slot of max-min fair rates. */
record PhasesSubject(String name, TrafficMatrix matrix, List<MatchingPhase> phases) implements Subject {
    @Override
    public void print(PrintWriter out) {
        PhaseTable.print(out, matrix, phases);
    }

    @Override
    public void fill(RunReport report) {
        PhaseTable.fill(report, matrix, phases);
    }

    @Override
    public boolean isWhole() {
        return PhaseTable.isWhole(matrix, phases);
    }

    @Override
    public Planned plan(PlanMethod method, FabricRoutes fabric, Margins margins) {
        if (method != PlanMethod.MAX_MIN) {
            throw new IllegalArgumentException(
                    "--method " + method + ": rates of phases are max-min fair; leave it out");
        }
        List<Map<Flow, Double>> flows = new ArrayList<>();
        for (MatchingPhase phase : phases) {
            Map<Flow, Double> of = new LinkedHashMap<>();
            for (int from = 0; from < phase.to().length; from++) {
                if (phase.to()[from] != MatchingPhase.NOBODY) {
                    of.put(new Flow(from, phase.to()[from]), (double) phase.bytes()[from]);
                }
            }
            flows.add(of);
        }
        RateSchedule schedule = RateSchedule.ofPhases(flows, fabric, margins);
        return new Planned(schedule, () -> PhaseSteps.of(phases, schedule));
    }
}
