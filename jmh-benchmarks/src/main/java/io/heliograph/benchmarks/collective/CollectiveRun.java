package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Job;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.collectives.execute.HostCommunicator;
import io.heliograph.transport.SystemClock;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** One run of a command that measures a collective, at one rank: as a launcher says, or as rank 0 of processes that it starts itself. */
final class CollectiveRun {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final double NS_IN_US = 1e3;
    /** Processes start one after the other, and slowly where many do. */
    private static final long LEAST_PATIENCE_NS = TimeUnit.MINUTES.toNanos(2);

    private final CommandSpec spec;
    private final CollectiveOptions options;
    private final Kind kind;
    private final String operation;
    private final int root;

    CollectiveRun(CommandSpec spec, CollectiveOptions options, Kind kind, String operation, int root) {
        this.spec = spec;
        this.options = options;
        this.kind = kind;
        this.operation = operation;
        this.root = root;
    }

    int run() throws InterruptedException {
        return RankJob.run(
                options.boundToStdin,
                () -> {
                    options.check(options.ranks >= 1, "-n " + options.ranks + ": at least 1");
                    options.plan(kind, operation, root, options.ranks);
                    options.config(kind, 0, options.ranks);
                    return options.ranks;
                },
                arguments(),
                this::takePart);
    }

    private List<String> arguments() {
        return spec.root().commandLine().getParseResult().originalArgs();
    }

    private int takePart(Job job, Map<String, String> environment, String launcher) {
        Plan plan = options.plan(kind, operation, root, job.size());
        CommunicatorConfig config = options.config(kind, job.rank(), job.size());
        Duration patience = Duration.ofNanos(Math.max(config.timeoutNs(), LEAST_PATIENCE_NS));
        RendezvousConfig place = JobEnvironment.place(job, environment, patience);
        try (HostCommunicator host = HostCommunicator.open(place, config)) {
            Communicator communicator = host.communicator();
            return job.rank() == 0 ? tell(host, plan, config, launcher) : follow(communicator, plan);
        } catch (CollectiveException e) {
            throw new RunFailure("rank " + job.rank() + ": " + e.getMessage(), e);
        }
    }

    private int follow(Communicator communicator, Plan plan) {
        Measurement measurement = new Measurement(communicator, plan, SystemClock.INSTANCE);
        for (long sizeBytes : plan.sizesBytes()) {
            measurement.run(sizeBytes, false);
            if (plan.kind().canBeInPlace()) {
                measurement.run(sizeBytes, true);
            }
        }
        return PASSED;
    }

    private int tell(HostCommunicator host, Plan plan, CommunicatorConfig config, String launcher) {
        Communicator communicator = host.communicator();
        PrintWriter out = spec.commandLine().getOut();
        Banner banner = banner(host, plan, config, launcher);
        banner.print(out);
        RunReport report = new RunReport(spec.name(), arguments()).options(banner);
        Table table = table(out);
        table.printTitles();
        Measurement measurement = new Measurement(communicator, plan, SystemClock.INSTANCE);
        boolean passed = true;
        for (long sizeBytes : plan.sizesBytes()) {
            Timing outOfPlace = measurement.run(sizeBytes, false);
            Timing inPlace = plan.kind().canBeInPlace() ? measurement.run(sizeBytes, true) : null;
            passed &= outOfPlace.wrong() <= 0 && (inPlace == null || inPlace.wrong() <= 0);
            String taken = taken(host, plan, sizeBytes, false);
            String takenInPlace = inPlace == null ? taken : taken(host, plan, sizeBytes, true);
            String both = taken.equals(takenInPlace) ? taken : taken + ", " + takenInPlace;
            print(table, plan, communicator.size(), sizeBytes, outOfPlace, inPlace, both);
            add(report, plan, communicator.size(), sizeBytes, "outOfPlace", outOfPlace, taken);
            if (inPlace != null) {
                add(report, plan, communicator.size(), sizeBytes, "inPlace", inPlace, takenInPlace);
            }
        }
        @Nullable Path json = options.json;
        if (json != null) {
            report.passed(passed).write(json);
        }
        return passed ? PASSED : FAILED;
    }

    private Banner banner(HostCommunicator host, Plan plan, CommunicatorConfig config, String launcher) {
        Communicator communicator = host.communicator();
        Banner banner = new Banner("helio " + spec.name() + ": " + communicator.size() + " processes of this machine")
                .with("ranks", communicator.size() + ", started by " + launcher)
                .with("carried by", "direct placement in shared memory")
                .with("sizes [bytes]", plan.sizesBytes())
                .with("datatype", plan.type().label());
        if (plan.kind().reduces()) {
            banner.with("redop", plan.operation().label());
        }
        if (plan.kind() == Kind.BROADCAST) {
            banner.with("root", plan.root());
        }
        return banner.with("algorithm", algorithm(config))
                .with("chosen by", host.choice())
                .with("pieces [bytes]", config.slotBytes() + " x " + config.slots())
                .with("each size [s]", options.durationSeconds)
                .with("warm-up [s]", options.warmupSeconds)
                .with("timeout [s]", options.timeoutSeconds)
                .with("check", plan.check() ? "yes" : "no")
                .with("time", "median over calls, of the slowest rank each, after a barrier each")
                .with("processors", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu())
                .with("load", "%.1f".formatted(Machine.load()));
    }

    private static Object algorithm(CommunicatorConfig config) {
        if (config.algorithm() == null) {
            return "by size";
        }
        return config.tuning().program() == null
                ? config.algorithm()
                : config.tuning().program();
    }

    private static String taken(HostCommunicator host, Plan plan, long sizeBytes, boolean inPlace) {
        int ranks = host.communicator().size();
        long partBytes = plan.count(sizeBytes, ranks) * plan.type().sizeBytes();
        return host.algorithm(plan.kind().collective(), partBytes, inPlace)
                .name()
                .toLowerCase(Locale.ROOT);
    }

    private static Table table(PrintWriter out) {
        return new Table(
                out,
                new Column("size(B)", "%d", 12),
                new Column("count", "%d", 12),
                new Column("type", "%s", 8),
                new Column("redop", "%s", 6),
                new Column("root", "%d", 4),
                Column.of("time(us)", "%.2f"),
                new Column("algbw(GB/s)", "%.2f", 11),
                new Column("busbw(GB/s)", "%.2f", 11),
                new Column("#wrong", "%d", 6),
                new Column("in place: time(us)", "%.2f", 18),
                new Column("algbw(GB/s)", "%.2f", 11),
                new Column("busbw(GB/s)", "%.2f", 11),
                new Column("#wrong", "%d", 6),
                new Column("algorithm", "%s", 16));
    }

    private static void print(
            Table table,
            Plan plan,
            int ranks,
            long sizeBytes,
            Timing outOfPlace,
            @Nullable Timing inPlace,
            String algorithm) {
        double factor = plan.kind().busFactor(ranks);
        table.printRow(
                sizeBytes,
                plan.count(sizeBytes, ranks),
                plan.type().label(),
                plan.kind().reduces() ? plan.operation().label() : "none",
                plan.kind() == Kind.BROADCAST ? plan.root() : -1,
                outOfPlace.medianNs() / NS_IN_US,
                outOfPlace.algorithmBandwidth(sizeBytes),
                outOfPlace.algorithmBandwidth(sizeBytes) * factor,
                wrong(outOfPlace),
                inPlace == null ? "N/A" : inPlace.medianNs() / NS_IN_US,
                inPlace == null ? "N/A" : inPlace.algorithmBandwidth(sizeBytes),
                inPlace == null ? "N/A" : inPlace.algorithmBandwidth(sizeBytes) * factor,
                inPlace == null ? "N/A" : wrong(inPlace),
                algorithm);
    }

    private static Object wrong(Timing timing) {
        return timing.wrong() == Plan.NOT_CHECKED ? "N/A" : timing.wrong();
    }

    private static void add(
            RunReport report, Plan plan, int ranks, long sizeBytes, String place, Timing timing, String algorithm) {
        double bandwidth = timing.algorithmBandwidth(sizeBytes);
        report.addResult()
                .put("sizeBytes", sizeBytes)
                .put("count", plan.count(sizeBytes, ranks))
                .put("type", plan.type().label())
                .put("redop", plan.kind().reduces() ? plan.operation().label() : "none")
                .put("place", place)
                .put("algorithm", algorithm)
                .put("calls", timing.calls())
                .put("timeMedianNs", timing.medianNs())
                .put("timeMeanNs", timing.meanNs())
                .put("timeBestNs", timing.bestNs())
                .put("algbwGBPerSecond", bandwidth)
                .put("busbwGBPerSecond", bandwidth * plan.kind().busFactor(ranks))
                .put("heapBytesPerCall", timing.allocatedBytes())
                .put("checked", timing.wrong() != Plan.NOT_CHECKED)
                .put("wrong", Math.max(0, timing.wrong()));
    }
}
