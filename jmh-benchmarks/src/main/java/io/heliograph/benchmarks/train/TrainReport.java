package io.heliograph.benchmarks.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What rank 0 tells of a run: banner and rows as it goes, what came of it at the end, files. */
final class TrainReport {
    private static final int ROWS = 10;
    /** Steps that the JIT compiler and the engine get before times count, where there are as many again. */
    private static final int WARM_UP = 50;

    private static final double NS_IN_MS = 1e6;
    private static final double NS_IN_US = 1e3;
    private static final double NS_IN_S = 1e9;

    private final TrainCommand options;
    private final TrainPlan plan;
    private final int ranks;
    private final PrintWriter out;
    private final RunReport report;
    private final Table table;
    private int rowStep;

    /** Prints the banner. */
    TrainReport(
            TrainCommand options,
            TrainPlan plan,
            JobCommunicator job,
            String launcher,
            String engine,
            Replica replica) {
        this.options = options;
        this.plan = plan;
        ranks = job.communicator().size();
        out = options.spec.commandLine().getOut();
        long bucket = GradientAverage.bucketBytes(replica.gradients(), plan.bucketBytes());
        Banner banner = new Banner("helio train: " + ranks + " processes train one network")
                .with("ranks", ranks + ", started by " + launcher)
                .with("carried by", job.carrier());
        if (job.kind() != JobTransport.Kind.DIRECT) {
            banner.with("fault", options.carrier.faults())
                    .with("peer timeout [s]", options.carrier.peerTimeoutSeconds())
                    .with("rates", options.carrier.rateFile());
        }
        banner.with("chosen by", job.choice())
                .with("engine", engine + ", one thread a process")
                .with("engine's cache", TorchEngine.folder())
                .with("network", "784," + (plan.hidden().isEmpty() ? "" : join(plan) + ",") + "10, ReLU, cross-entropy")
                .with("parameters", replica.parameterCount())
                .with("gradients [bytes]", replica.gradients().byteSize() + " in buckets of " + bucket)
                .with("steps", plan.steps())
                .with("batch", plan.batch() + " a process, " + (long) plan.batch() * ranks + " together")
                .with("learning rate", plan.learningRate())
                .with("seed", plan.seed())
                .with("images", plan.images() + ", and " + plan.heldOut() + " held out")
                .with(
                        "check",
                        options.check == 1
                                ? "losses of one process with batches of " + (long) plan.batch() * ranks + ", within "
                                        + options.tolerance
                                : "no")
                .with("timeout [s]", options.job.timeoutSeconds())
                .with("CSV", file(options.csv))
                .with("plot", file(options.plot))
                .with("JSON", file(options.job.json()))
                .with("processors", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu())
                .with("load", String.format(Locale.ROOT, "%.1f", Machine.load()));
        banner.print(out);
        report = new RunReport(
                        options.spec.name(),
                        options.spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        table = new Table(
                out,
                Column.of("step", "%d"),
                new Column("loss", "%.6f", 10),
                new Column("step[ms]", "%.3f", 10),
                new Column("all-reduce[us]", "%.1f", 14),
                new Column("images/s", "%.0f", 10));
        table.printTitles();
    }

    private static Object file(@Nullable Path file) {
        return file == null ? "none" : file;
    }

    private static String join(TrainPlan plan) {
        return String.join(",", plan.hidden().stream().map(String::valueOf).toList());
    }

    /** Prints a row after every tenth part of the steps: the step's loss, and the medians of the times since the last row. */
    void row(LossCurve curve, int step) {
        if (step != 0 && (step + 1) * (long) ROWS / plan.steps() == step * (long) ROWS / plan.steps()) {
            return;
        }
        double stepNs = curve.medianStepNs(rowStep);
        table.printRow(
                step + 1,
                curve.loss(step),
                stepNs / NS_IN_MS,
                curve.medianExchangeNs(rowStep) / NS_IN_US,
                (double) plan.batch() * ranks * NS_IN_S / stepNs);
        out.flush();
        rowStep = step + 1;
    }

    /**
     * Prints what came of it, and writes the files.
     *
     * @param reference losses of one process, or null if there was none
     * @param strayed ranks whose parameters are not rank 0's
     * @return whether all is as it must be
     */
    boolean end(LossCurve curve, @Nullable LossCurve reference, int strayed, Accuracy accuracy) {
        int from = plan.steps() >= 2 * WARM_UP ? WARM_UP : 0;
        LossCurve.@Nullable Gap gap = reference == null ? null : curve.gap(reference);
        boolean passed = strayed == 0 && (gap == null || gap.difference() <= options.tolerance);
        out.println();
        out.printf(Locale.ROOT, "accuracy            %.1f %% of %d held out%n", accuracy.percent(), accuracy.of());
        out.printf(
                Locale.ROOT,
                "parameters          %s%n",
                strayed == 0 ? "the same bits at all ranks" : "other than rank 0's at " + strayed + " ranks");
        if (reference != null && gap != null) {
            out.printf(
                    Locale.ROOT,
                    "one process         loss %.6f at the end, here %.6f; farthest apart at step %d, by %.2e (%s)%n",
                    reference.lastLoss(),
                    curve.lastLoss(),
                    gap.step() + 1,
                    gap.difference(),
                    gap.difference() <= options.tolerance
                            ? "within " + options.tolerance
                            : "more than " + options.tolerance);
        }
        out.flush();
        ObjectNode summary = report.document().putObject("summary");
        summary.put("ranks", ranks)
                .put("lastLoss", curve.lastLoss())
                .put("accuracyPercent", accuracy.percent())
                .put("strayedRanks", strayed)
                .put("stepMedianNs", curve.medianStepNs(from))
                .put("allReduceMedianNs", curve.medianExchangeNs(from));
        if (reference != null && gap != null) {
            summary.put("singleLastLoss", reference.lastLoss())
                    .put("greatestDifference", gap.difference())
                    .put("greatestDifferenceStep", gap.step() + 1)
                    .put("singleStepMedianNs", reference.medianStepNs(from));
        }
        write(curve, reference, passed);
        return passed;
    }

    private void write(LossCurve curve, @Nullable LossCurve reference, boolean passed) {
        StringBuilder lines = new StringBuilder("step,loss,single_loss,step_ns,all_reduce_ns\n");
        for (int step = 0; step < curve.steps(); step++) {
            ObjectNode row = report.addResult()
                    .put("step", step + 1)
                    .put("loss", curve.loss(step))
                    .put("stepNs", curve.stepNs(step))
                    .put("allReduceNs", curve.exchangeNs(step));
            if (reference != null) {
                row.put("singleLoss", reference.loss(step));
            }
            lines.append(step + 1)
                    .append(',')
                    .append(curve.loss(step))
                    .append(',')
                    .append(reference == null ? "" : String.valueOf(reference.loss(step)))
                    .append(',')
                    .append(curve.stepNs(step))
                    .append(',')
                    .append(curve.exchangeNs(step))
                    .append('\n');
        }
        LossPlot plot = new LossPlot("Loss, " + ranks + " x " + plan.batch() + " images a step")
                .with(ranks + " processes", curve);
        if (reference != null) {
            plot.with("one process, batches of " + plan.batch() * ranks, reference);
        }
        write(options.csv, lines.toString());
        write(options.plot, plot.svg());
        @Nullable Path json = options.job.json();
        if (json != null) {
            report.passed(passed).write(json);
        }
    }

    private static void write(@Nullable Path file, String text) {
        if (file != null) {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
    }
}
