package io.heliograph.benchmarks.planning;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.rates.Flow;
import io.heliograph.collectives.planning.rates.RateSchedule;
import io.heliograph.collectives.planning.rates.Wire;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.FlowSchedule;
import io.heliograph.transport.rate.RateTable;

/** A row for each flow in the JSON of {@code helio plan --fabric}: what it sends in an iteration, and the rates that the written table has for it. */
final class FlowRows {
    private FlowRows() {}

    static void fill(RunReport report, RateSchedule schedule, RateTable table) {
        schedule.payloadBytes().forEach((flow, bytes) -> {
            ObjectNode row = report.addResult();
            row.put("flow", "h" + flow.from() + ">h" + flow.to());
            row.put("from", flow.from());
            row.put("to", flow.to());
            row.put("bytes", Math.round(bytes));
            row.put("wireBytes", Math.round(Wire.bytes(bytes)));
            rates(row, table.schedule(key(flow)));
        });
    }

    private static FlowKey key(Flow flow) {
        return new FlowKey(HostAddresses.ipv4(flow.from()), HostAddresses.ipv4(flow.to()), 0);
    }

    /** From each start to the next. */
    private static void rates(ObjectNode row, FlowSchedule of) {
        ArrayNode starts = row.putArray("startNs");
        ArrayNode rates = row.putArray("bitsPerSecond");
        for (int phase = 0; phase < of.phases(); phase++) {
            starts.add(of.startNs(phase));
            rates.add(of.rate(phase));
        }
    }
}
