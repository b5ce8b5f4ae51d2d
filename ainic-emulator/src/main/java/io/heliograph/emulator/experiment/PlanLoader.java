package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.Actor;
import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.rate.PlanFollower;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Has each host follow a plan by where it is in its iteration: the application says where it is, and nothing else is told to anybody. */
final class PlanLoader implements StepListener {
    private final VirtualTime time;
    private final long[] momentsNs;
    private final List<Follower> followers = new ArrayList<>();

    /**
     * Loads the rates of the iteration's beginning everywhere.
     *
     * @param momentsNs of each phase, as {@link Workload#momentsNs}
     */
    PlanLoader(VirtualTime time, Members members, RateTable plan, List<Step> steps, long[] momentsNs) {
        this.time = time;
        this.momentsNs = momentsNs.clone();
        List<LongStream.Builder> own = new ArrayList<>();
        members.hosts().forEach(_ -> own.add(LongStream.builder()));
        for (Step step : steps) {
            own.get(step.from()).add(momentsNs[step.phase()]);
        }
        for (Host host : members.hosts()) {
            long[] stepsNs = own.get(host.number()).build().toArray();
            followers.add(
                    new Follower(host, new PlanFollower(plan, host.endpoint().rateTables(), stepsNs)));
        }
    }

    @Override
    public void begins(Step step) {
        followers.get(step.from()).moveTo(momentsNs[step.phase()]);
    }

    /** Wakes a host's follower when the next rates are due. */
    private final class Follower implements Actor {
        private final Host host;
        private final PlanFollower plan;
        private final int actor;

        Follower(Host host, PlanFollower plan) {
            this.host = host;
            this.plan = plan;
            actor = time.add(this);
        }

        void moveTo(long momentNs) {
            plan.moveTo(momentNs, nowNs());
            goOn();
        }

        @Override
        public void act(long nowPs) {
            plan.doWork(nowNs());
            goOn();
        }

        private void goOn() {
            long nextNs = plan.nextChangeNs();
            time.schedule(actor, nextNs == Long.MAX_VALUE ? EventQueue.NEVER : nextNs * VirtualTime.PS_PER_NS);
            host.wake();
        }

        private long nowNs() {
            return time.nowPs() / VirtualTime.PS_PER_NS;
        }
    }
}
