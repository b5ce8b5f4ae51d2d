package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.rate.RateTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Loads each host's table of rates when its messages enter another phase: the application says where it is, and nothing else is told to anybody. */
final class RateLoader implements StepListener {
    private final Fabric fabric;
    private final Members members;
    private final PhaseRates plan;
    /** Phases with the same rates share a list of tables, one for each host. */
    private final Map<Map<Long, Long>, List<RateTable>> tables = new HashMap<>();

    private final Map<Integer, List<RateTable>> tablesOfPhase = new HashMap<>();
    private final int[] phases;

    /** Loads the least rates everywhere. */
    RateLoader(Fabric fabric, Members members, PhaseRates plan) {
        this.fabric = fabric;
        this.members = members;
        this.plan = plan;
        phases = new int[members.hosts().size()];
        Arrays.fill(phases, -1);
        List<RateTable> least = tables(plan.leastRates());
        for (Host host : members.hosts()) {
            host.endpoint().rateTables().replace(least.get(host.number()));
        }
    }

    private List<RateTable> tables(Map<Long, Long> rates) {
        return tables.computeIfAbsent(rates, each -> PhaseRates.tables(fabric, each));
    }

    @Override
    public void begins(Step step) {
        int host = step.from();
        int phase = step.phase();
        if (step.isComputation() || phases[host] == phase) {
            return;
        }
        phases[host] = phase;
        RateTable table = tablesOfPhase
                .computeIfAbsent(phase, each -> tables(plan.rates(each)))
                .get(host);
        if (members.host(host).endpoint().rateTables().current() != table) {
            members.host(host).endpoint().rateTables().replace(table);
        }
    }
}
