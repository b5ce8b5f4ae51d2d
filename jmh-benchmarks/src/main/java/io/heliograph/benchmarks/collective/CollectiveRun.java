package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.DpdkLibrary;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Job;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.transport.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** One run of a command that measures a collective, at one rank: as a launcher says, or as rank 0 of processes that it starts itself. */
final class CollectiveRun {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    /** Processes start one after the other, and slowly where many do. */
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(2);

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
                options.job.isBoundToStdin(),
                () -> {
                    int ranks = options.job.ranks();
                    options.check(ranks >= 1, "-n " + ranks + ": at least 1");
                    options.plan(kind, operation, root, ranks);
                    options.config(kind, 0, ranks);
                    options.transport(System.getenv());
                    patience();
                    return ranks;
                },
                arguments(),
                this::takePart);
    }

    private Duration patience() {
        try {
            return options.job.patience(PATIENCE_NS);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<String> arguments() {
        return spec.root().commandLine().getParseResult().originalArgs();
    }

    private int takePart(Job job, Map<String, String> environment, String launcher) {
        Plan plan = options.plan(kind, operation, root, job.size());
        CommunicatorConfig config = options.config(kind, job.rank(), job.size());
        JobTransport transport = options.transport(environment);
        RendezvousConfig place = JobEnvironment.place(job, environment, patience());
        try (JobCommunicator ranks = JobCommunicator.open(place, config, transport);
                Binding binding = options.bind(ranks.kind(), environment)) {
            Measurement measurement = new Measurement(ranks.communicator(), plan, SystemClock.INSTANCE);
            if (job.rank() == 0) {
                return tell(ranks, measurement, plan, config, launcher, binding);
            }
            binding.begin();
            for (long sizeBytes : plan.sizesBytes()) {
                row(ranks, measurement, plan, sizeBytes);
            }
            // For rank 0, which prints them.
            Optional<SlotFigures> _ = SlotFigures.of(ranks, measurement);
            return PASSED;
        } catch (CollectiveException e) {
            throw new RunFailure("rank " + job.rank() + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            // What only the device knew, such as its queues.
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** One size, at each rank. */
    private static Row row(JobCommunicator ranks, Measurement measurement, Plan plan, long sizeBytes) {
        MemoryRates memory = measurement.memory(sizeBytes);
        Figures outOfPlace = figures(ranks, measurement, plan, memory, sizeBytes, false);
        Figures inPlace =
                plan.kind().canBeInPlace() ? figures(ranks, measurement, plan, memory, sizeBytes, true) : null;
        int size = ranks.communicator().size();
        return new Row(sizeBytes, plan.count(sizeBytes, size), outOfPlace, inPlace);
    }

    private static Figures figures(
            JobCommunicator ranks,
            Measurement measurement,
            Plan plan,
            MemoryRates memory,
            long sizeBytes,
            boolean inPlace) {
        int size = ranks.communicator().size();
        long partBytes = plan.count(sizeBytes, size) * plan.type().sizeBytes();
        return new Figures(
                sizeBytes,
                plan.kind().busFactor(size),
                measurement.run(sizeBytes, inPlace),
                memory,
                memory.leastNs(plan.kind(), sizeBytes, size, inPlace),
                ranks.algorithm(plan.kind().collective(), partBytes, inPlace)
                        .name()
                        .toLowerCase(Locale.ROOT));
    }

    private int tell(
            JobCommunicator ranks,
            Measurement measurement,
            Plan plan,
            CommunicatorConfig config,
            String launcher,
            Binding binding) {
        int size = ranks.communicator().size();
        String carrier = ranks.kind().name().toLowerCase(Locale.ROOT);
        boolean byPackets = ranks.kind() != JobTransport.Kind.DIRECT;
        PrintWriter out = spec.commandLine().getOut();
        Banner banner = banner(ranks, plan, config, launcher).with("rank 0 bound to", binding.describe());
        banner.print(out);
        RunReport report = new RunReport(spec.name(), arguments()).options(banner);
        if (byPackets && options.carrier.isDpdk()) {
            report.environment("dpdk", DpdkLibrary.load().version());
        }
        RowTable table = new RowTable(out, plan, carrier);
        RowJson json = new RowJson(report, plan, size, carrier);
        BandwidthPlot plot = new BandwidthPlot("helio " + spec.name() + ": " + size + " ranks, "
                + plan.type().label() + ", " + (byPackets ? "by packets" : "by direct placement"));
        table.printTitles();
        boolean passed = true;
        binding.begin(); // what the banner and the report say of processors is the process's
        for (long sizeBytes : plan.sizesBytes()) {
            Row row = row(ranks, measurement, plan, sizeBytes);
            passed &= row.passed();
            table.print(row);
            json.add(row);
            plot.add(row);
        }
        SlotFigures.of(ranks, measurement).ifPresent(slots -> {
            slots.print(out);
            slots.add(report);
        });
        write(plot);
        @Nullable Path file = options.job.json();
        if (file != null) {
            report.passed(passed).write(file);
        }
        return passed ? PASSED : FAILED;
    }

    private void write(BandwidthPlot plot) {
        @Nullable Path file = options.plot;
        if (file != null) {
            try {
                Files.writeString(file, plot.svg());
            } catch (IOException e) {
                throw new EnvironmentException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
    }

    private Banner banner(JobCommunicator ranks, Plan plan, CommunicatorConfig config, String launcher) {
        int size = ranks.communicator().size();
        Banner banner = new Banner("helio " + spec.name() + ": " + size + (size == 1 ? " rank" : " ranks"))
                .with("ranks", size + ", started by " + launcher)
                .with("carried by", ranks.carrier());
        if (ranks.kind() != JobTransport.Kind.DIRECT) {
            banner.with("fault", options.carrier.faults())
                    .with("peer timeout [s]", options.carrier.peerTimeoutSeconds())
                    .with("rates", options.carrier.rateFile())
                    .with("slots", ranks.controller().map(Object::toString).orElse("none: packets leave at once"));
        }
        banner.with("sizes [bytes]", plan.sizesBytes())
                .with("datatype", plan.type().label());
        if (plan.kind().reduces()) {
            banner.with("redop", plan.operation().label());
        }
        if (plan.kind() == Kind.BROADCAST) {
            banner.with("root", plan.root());
        }
        return banner.with("algorithm", algorithm(config))
                .with("chosen by", ranks.choice())
                .with("pieces [bytes]", config.slotBytes() + " x " + config.slots())
                .with("each size [s]", options.durationSeconds)
                .with("warm-up [s]", options.warmupSeconds)
                .with("timeout [s]", options.job.timeoutSeconds())
                .with("check", plan.check() ? "yes" : "no")
                .with("time", "median over calls, of the slowest rank each, after a barrier each")
                .with(
                        "%lim",
                        "of the bus bandwidth that this machine's memory allows, measured at each size by all ranks at once")
                .with("plot", file(options.plot))
                .with("JSON", file(options.job.json()))
                .with("processors", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu())
                .with("load", "%.1f".formatted(Machine.load()));
    }

    private static Object file(@Nullable Path file) {
        return file == null ? "none" : file;
    }

    private static Object algorithm(CommunicatorConfig config) {
        if (config.algorithm() == null) {
            return "by size";
        }
        return config.tuning().program() == null
                ? config.algorithm()
                : config.tuning().program();
    }
}
