package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Loads at each host the rates that a plan has for where the host is in its iteration, whatever time it is elsewhere. A step that begins says where that is; from there the plan goes on as time does, up to the moment of the host's next step, at which it waits until the host is there. A host that is
 * early leaves out the rest; steps of moments that are over, such as late rounds of gradients, change nothing.
 */
final class PlanFollower implements PhaseListener {
    private final VirtualTime time;
    private final PlannedRates plan;
    private final Fabric fabric;
    private final long[] momentsNs;
    /** Tables of all hosts that were made already, by the change of rates that they come behind. */
    private final Map<Integer, List<RateTable>> tables = new HashMap<>();

    private final List<Position> positions = new ArrayList<>();

    /**
     * Loads the rates of the iteration's beginning everywhere; nobody moves on before something begins.
     *
     * @param momentsNs of each phase, as {@link Workload#momentsNs}
     */
    PlanFollower(Fabric fabric, Members members, PlannedRates plan, List<Step> steps, long[] momentsNs) {
        this.fabric = fabric;
        this.plan = plan;
        this.momentsNs = momentsNs.clone();
        time = fabric.time();
        List<NavigableSet<Long>> moments = new ArrayList<>();
        for (Host _ : members.hosts()) {
            moments.add(new TreeSet<>());
        }
        for (Step step : steps) {
            moments.get(step.from()).add(momentsNs[step.phase()]);
        }
        for (Host host : members.hosts()) {
            positions.add(new Position(host, moments.get(host.number())));
        }
    }

    @Override
    public void sends(int host, int phase) {
        positions.get(host).moveTo(momentsNs[phase]);
    }

    @Override
    public void computes(int host, int phase) {
        sends(host, phase);
    }

    private RateTable table(int change, int host) {
        return tables.computeIfAbsent(change, each -> PhaseRates.tables(fabric, plan.ratesAt(plan.changeNs(each))))
                .get(host);
    }

    /** Where one host is. */
    private final class Position implements Actor {
        private final Host host;
        private final NavigableSet<Long> ownNs;
        private final int actor;
        /** Where the host was when, and how far it gets from there by itself. */
        private long fromNs = -1;

        private long fromPs;
        private long untilNs;
        /** The last change of rates before where it is. */
        private int change = -1;

        Position(Host host, NavigableSet<Long> ownNs) {
            this.host = host;
            this.ownNs = ownNs;
            actor = time.add(this);
            load(0);
        }

        private long nowNs() {
            return fromNs < 0 ? -1 : Math.min(untilNs - 1, fromNs + (time.nowPs() - fromPs) / VirtualTime.PS_PER_NS);
        }

        void moveTo(long momentNs) {
            if (momentNs > nowNs()) {
                fromNs = momentNs;
                fromPs = time.nowPs();
                @Nullable Long next = ownNs.higher(momentNs);
                untilNs = next == null ? Long.MAX_VALUE : next;
                act(fromPs);
            }
        }

        @Override
        public void act(long nowPs) {
            int at = plan.changeAt(nowNs());
            load(at);
            boolean goesOn = at + 1 < plan.changes() && plan.changeNs(at + 1) < untilNs;
            time.schedule(
                    actor,
                    goesOn ? fromPs + (plan.changeNs(at + 1) - fromNs) * VirtualTime.PS_PER_NS : EventQueue.NEVER);
        }

        private void load(int at) {
            if (at != change) {
                change = at;
                host.endpoint().rateTables().replace(table(at, host.number()));
                host.wake();
            }
        }
    }
}
