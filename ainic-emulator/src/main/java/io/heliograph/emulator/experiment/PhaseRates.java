package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.RateTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rates of pairs of hosts in each phase of a workload, in bit/s on the wire, by {@link #key}. */
interface PhaseRates {
    /** The rates of all pairs in a phase: those of the phase, and the least rates of pairs that it does not have. */
    Map<Long, Long> rates(int phase);

    /** The least rates of all pairs. */
    Map<Long, Long> leastRates();

    /** How a pair is called in maps. */
    static long key(int from, int to) {
        return (long) from << 32 | to;
    }

    /** A table for each host, of its own flows; a host that sends nothing has an empty one. */
    static List<RateTable> tables(Fabric fabric, Map<Long, Long> rates) {
        List<RateTable.Builder> builders = new ArrayList<>();
        for (int host = 0; host < fabric.hosts(); host++) {
            builders.add(RateTable.builder(fabric.port(host).link().config().rateBitsPerSecond()));
        }
        rates.forEach((key, rate) -> {
            int from = (int) (key >>> 32);
            builders.get(from).flow(HostAddresses.ipv4(from), HostAddresses.ipv4(key.intValue()), 0, rate);
        });
        return builders.stream().map(RateTable.Builder::build).toList();
    }
}
