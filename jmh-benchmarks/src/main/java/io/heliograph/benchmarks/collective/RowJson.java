package io.heliograph.benchmarks.collective;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;

/** The rows as JSON: an object for each size and place. */
final class RowJson {
    private final RunReport report;
    private final Plan plan;
    private final int ranks;
    private final String carrier;

    RowJson(RunReport report, Plan plan, int ranks, String carrier) {
        this.report = report;
        this.plan = plan;
        this.ranks = ranks;
        this.carrier = carrier;
    }

    void add(Row row) {
        add(row, "outOfPlace", row.outOfPlace());
        Figures inPlace = row.inPlace();
        if (inPlace != null) {
            add(row, "inPlace", inPlace);
        }
    }

    private void add(Row row, String place, Figures figures) {
        Timing timing = figures.timing();
        ObjectNode result = report.addResult()
                .put("collective", plan.kind().collective().label())
                .put("ranks", ranks)
                .put("carrier", carrier)
                .put("sizeBytes", row.sizeBytes())
                .put("count", row.count())
                .put("type", plan.type().label())
                .put("redop", plan.kind().reduces() ? plan.operation().label() : "none")
                .put("place", place)
                .put("algorithm", figures.algorithm())
                .put("calls", timing.calls())
                .put("timeMedianNs", timing.medianNs())
                .put("timeMeanNs", timing.meanNs())
                .put("timeBestNs", timing.bestNs())
                .put("algbwGBPerSecond", figures.algorithmBandwidth())
                .put("busbwGBPerSecond", figures.busBandwidth())
                .put("memoryCopyGBPerSecond", 1 / figures.memory().copyNsPerByte())
                .put("memoryAddGBPerSecond", 1 / figures.memory().addNsPerByte())
                .put("heapBytesPerCall", timing.allocatedBytes())
                .put("checked", timing.wrong() != Plan.NOT_CHECKED)
                .put("wrong", Math.max(0, timing.wrong()));
        if (plan.kind() == Kind.BROADCAST) {
            result.put("root", plan.root());
        }
        if (figures.isLimited()) {
            result.put("busbwLimitGBPerSecond", figures.busBandwidthLimit())
                    .put("shareOfLimit", figures.shareOfLimit());
        }
    }
}
