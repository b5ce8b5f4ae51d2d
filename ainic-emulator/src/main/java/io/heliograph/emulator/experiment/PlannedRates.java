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

/** A table of rates from elsewhere, for all hosts, to go by the clock. */
final class PlannedRates {
    private final Map<Long, FlowSchedule> schedules = new LinkedHashMap<>();
    private final long otherRate;

    /**
     * Of a table for the hosts of a fabric.
     *
     * @throws IllegalArgumentException if the table lists an address that no host has, or a rate above that of a host's line
     */
    PlannedRates(RateTable table, Fabric fabric) {
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
        }
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
