package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of rates from elsewhere: by the slots that messages belong to, or by the clock. */
final class PlannedRates implements PhaseRates {
    private final Map<Long, FlowSchedule> schedules = new LinkedHashMap<>();
    private final Map<Long, Long> least = new LinkedHashMap<>();
    private final long startNs;
    private final long otherRate;
    private final long[] momentsNs;

    /**
     * Of a table for the hosts of a fabric.
     *
     * @param momentsNs of each phase, as {@link Workload#momentsNs}
     * @throws IllegalArgumentException if the table lists an address that no host has, or a rate above that of a host's line
     */
    PlannedRates(RateTable table, Fabric fabric, long[] momentsNs) {
        this.momentsNs = momentsNs.clone();
        startNs = table.startNs();
        otherRate = table.otherRateBitsPerSecond();
        Map<IpAddress, Integer> hosts = new HashMap<>();
        for (int host = 0; host < fabric.hosts(); host++) {
            hosts.put(HostAddresses.ipv4(host), host);
        }
        for (FlowKey flow : table.flows()) {
            Integer from = hosts.get(flow.source());
            Integer to = hosts.get(flow.destination());
            FlowSchedule schedule = table.schedule(flow);
            if (from == null || to == null || flow.trafficClass() != 0) {
                throw new IllegalArgumentException(
                        "table of rates: flow=" + flow + " is of no hosts of the topology, which"
                                + " have addresses from " + HostAddresses.ipv4(0) + " on, or not of class 0");
            }
            long lineRate = fabric.port(from).link().config().rateBitsPerSecond();
            if (schedule.peakRate() > lineRate) {
                throw new IllegalArgumentException("table of rates: flow=" + flow + " rateBitsPerSecond="
                        + schedule.peakRate() + "; the line of its host carries " + lineRate);
            }
            schedules.put(PhaseRates.key(from, to), schedule);
            least.put(PhaseRates.key(from, to), least(schedule));
        }
    }

    /** Above 0. */
    private static long least(FlowSchedule schedule) {
        long rate = schedule.peakRate();
        for (int phase = 0; phase < schedule.phases(); phase++) {
            rate = schedule.rate(phase) > 0 ? Math.min(rate, schedule.rate(phase)) : rate;
        }
        return Math.max(RateTable.MIN_AVERAGE_RATE, rate);
    }

    @Override
    public Map<Long, Long> rates(int phase) {
        Map<Long, Long> rates = new LinkedHashMap<>(least);
        schedules.forEach((key, schedule) -> {
            long rate = schedule.rateAt(startNs + momentsNs[phase]);
            if (rate > 0) {
                rates.put(key, Math.max(RateTable.MIN_AVERAGE_RATE, rate));
            }
        });
        return rates;
    }

    @Override
    public Map<Long, Long> leastRates() {
        return least;
    }

    /** A table for each host, of its own flows, whose periods begin at a time. */
    List<RateTable> tables(Fabric fabric, long beginsNs) {
        List<RateTable.Builder> builders = new ArrayList<>();
        for (int host = 0; host < fabric.hosts(); host++) {
            long lineRate = fabric.port(host).link().config().rateBitsPerSecond();
            builders.add(RateTable.builder(lineRate).startNs(beginsNs).otherFlows(Math.min(lineRate, otherRate)));
        }
        schedules.forEach((key, schedule) -> {
            int from = (int) (key >>> 32);
            IpAddress source = HostAddresses.ipv4(from);
            IpAddress destination = HostAddresses.ipv4(key.intValue());
            if (schedule.isConstant()) {
                builders.get(from).flow(source, destination, 0, schedule.rate(0));
            } else {
                List<Phase> phases = new ArrayList<>();
                for (int phase = 0; phase < schedule.phases(); phase++) {
                    phases.add(new Phase(schedule.startNs(phase), schedule.rate(phase)));
                }
                builders.get(from).flow(source, destination, 0, schedule.periodNs(), phases);
            }
        });
        return builders.stream().map(RateTable.Builder::build).toList();
    }
}
