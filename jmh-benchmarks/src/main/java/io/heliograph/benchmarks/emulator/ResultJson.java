package io.heliograph.benchmarks.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.emulator.experiment.Congestion;
import io.heliograph.emulator.experiment.FlowTimes;
import io.heliograph.emulator.experiment.Packets;
import io.heliograph.emulator.experiment.RunResult;
import io.heliograph.emulator.experiment.SlotFigures;

/** A run as an object of the report; units are in the names. */
final class ResultJson {
    private static final double PS_PER_US = 1e6;

    private ResultJson() {}

    static void fill(ObjectNode row, RunResult run) {
        FlowTimes times = run.times();
        row.put("mode", run.mode())
                .put("seed", run.seed())
                .put("messages", run.messages())
                .put("unfinished", run.unfinished())
                .put("failed", run.failed())
                .put("fctMeanUs", times.meanPs() / PS_PER_US)
                .put("fctP50Us", times.percentilePs(50) / PS_PER_US)
                .put("fctP90Us", times.percentilePs(90) / PS_PER_US)
                .put("fctP99Us", times.percentilePs(99) / PS_PER_US)
                .put("fctP999Us", times.percentilePs(99.9) / PS_PER_US)
                .put("fctMaxUs", times.percentilePs(100) / PS_PER_US)
                .put("jobUs", run.endPs() / PS_PER_US)
                .put("payloadBytes", run.payloadBytes())
                .put("goodputBitsPerSecond", run.goodputBitsPerSecond());
        Packets packets = run.packets();
        row.put("dataPacketsSent", packets.dataSent())
                .put("dataPacketsSentAgain", packets.retransmitted())
                .put("lostByTimer", packets.byTimer());
        Congestion congestion = run.congestion();
        ObjectNode dropped = row.putObject("framesDropped");
        congestion.dropped().forEach((reason, count) -> dropped.put(reason.name(), count));
        row.put("dataPacketsTrimmed", congestion.trimmed())
                .put("dataPacketsMarked", congestion.marked())
                .put("pauses", congestion.pauses())
                .put("queueMaxBytes", congestion.queueMaxBytes())
                .put("queueP99Bytes", congestion.queueP99Bytes())
                .put("queueMeanBytes", congestion.queueMeanBytes())
                .put("deepestLink", congestion.deepest())
                .put("packetHops", packets.hops())
                .put("events", packets.events());
        SlotFigures slots = run.slots();
        if (slots != null) {
            row.putObject("slots")
                    .put("granted", slots.granted())
                    .put("unused", slots.unused())
                    .put("lateGrants", slots.lateGrants())
                    .put("reports", slots.reports());
        }
    }
}
