package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.Phase;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A table of rates from elsewhere, for all hosts: as it is, to go by the clock, or at moments of its period. */
final class PlannedRates {
    private final Map<Long, FlowSchedule> schedules = new LinkedHashMap<>();
    private final long otherRate;
    /** When any flow's rate changes, in a period, in this order; the first is 0. */
    private final long[] changesNs;

    /**
     * Of a table for the hosts of a fabric.
     *
     * @throws IllegalArgumentException if the table lists an address that no host has, or a rate above that of a host's line
     */
    PlannedRates(RateTable table, Fabric fabric) {
        otherRate = table.otherRateBitsPerSecond();
        TreeSet<Long> changes = new TreeSet<>(Set.of(0L));
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
            for (int phase = 0; phase < schedule.phases(); phase++) {
                changes.add(schedule.startNs(phase));
            }
        }
        changesNs = changes.stream().mapToLong(Long::longValue).toArray();
    }

    /** How many moments of a period there are at which rates change. */
    int changes() {
        return changesNs.length;
    }

    /** When that is, nanoseconds after the beginning of a period. */
    long changeNs(int change) {
        return changesNs[change];
    }

    /** The last change up to a moment; the first one if that is before the period. */
    int changeAt(long momentNs) {
        int found = Arrays.binarySearch(changesNs, momentNs);
        return Math.max(0, found >= 0 ? found : -found - 2);
    }

    /** The rates of all pairs at a moment of the period, by {@link PhaseRates#key}; where the table has 0, that which the flow had last, as what is sent then is late or early. */
    Map<Long, Long> ratesAt(long momentNs) {
        Map<Long, Long> rates = new LinkedHashMap<>();
        schedules.forEach((key, schedule) -> {
            long rate = lastRate(schedule, phaseAt(schedule, momentNs));
            rates.put(key, Math.max(RateTable.MIN_AVERAGE_RATE, rate));
        });
        return rates;
    }

    private static int phaseAt(FlowSchedule schedule, long momentNs) {
        int phase = 0;
        for (int next = 1; next < schedule.phases() && schedule.startNs(next) <= momentNs; next++) {
            phase = next;
        }
        return phase;
    }

    /** The rate of a phase or, if that is 0, of the last one before it that has one, if need be in the period before. */
    private static long lastRate(FlowSchedule schedule, int from) {
        int phase = from;
        while (schedule.rate(phase) == 0) {
            // Some phase has one: a table takes no flow without.
            phase = phase == 0 ? schedule.phases() - 1 : phase - 1;
        }
        return schedule.rate(phase);
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
