package io.heliograph.benchmarks.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.simulate.Campaign;
import io.heliograph.benchmarks.simulate.Campaign.FailedSchedule;
import io.heliograph.benchmarks.simulate.Coverage;
import io.heliograph.transport.simulation.Event;
import io.heliograph.transport.simulation.Outcome;
import io.heliograph.transport.simulation.Scenario;
import io.heliograph.transport.simulation.ScenarioGenerator;
import io.heliograph.transport.simulation.Shrinker;
import io.heliograph.transport.simulation.Simulation;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio simulate}: whole nodes in virtual time, scenario after scenario, until one breaks a promise of the protocol. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Runs 2 to 6 nodes of 1 to 3 engines in virtual time through random scenarios: loss, duplicates, late copies, reorder, corruption, trimming, dead, slow and denied paths,"
                    + " stalls, restarts, key rotation, clock jumps, frames astray, rate tables, pauses, full tables of peers, overlapping writes. Checks every byte, every completion"
                    + " and every immediate, and that no packet leaves before its rate or a pause allows, or by a denied path.",
            "",
            "Without --schedules and --minutes it runs until Ctrl-C, which prints the tally. The first scenario that fails ends the run: it is shrunk to the"
                    + " events that it takes and printed with the command that replays it, and the exit code is 1.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio simulate --minutes 10 --threads 2",
            "  helio simulate --seed 7 --schedules 100000 --json simulation.json",
            "  helio simulate --replay -591149720478584132"
        })
final class SimulateCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "What the seeds of all schedules come from (default: a fresh one, printed).")
    @Nullable
    private Long seed;

    @Option(names = "--schedules", paramLabel = "N", description = "Ends after N schedules.")
    @Nullable
    private Long schedules;

    @Option(names = "--minutes", paramLabel = "M", description = "Ends after M minutes.")
    @Nullable
    private Double minutes;

    @Option(names = "--threads", paramLabel = "T", description = "Schedules at once (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(
            names = "--replay",
            paramLabel = "SEED",
            arity = "1..*",
            description = "Runs the schedules of these seeds alone, each twice, and shrinks those that fail.")
    private List<Long> replay = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    @Override
    public Integer call() {
        checkOptions();
        long base = seed == null ? new SecureRandom().nextLong() : seed;
        Banner banner = banner(base);
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        // Closed last: Ctrl-C waits until the tally is printed and written.
        try (Interruption _ = Interruption.ofThisThread()) {
            boolean passed = replay.isEmpty() ? runMany(base, report) : replay(report);
            // Interrupted or not, the file is to be written.
            Thread.interrupted();
            if (json != null) {
                report.passed(passed).write(json);
            }
            return passed ? Helio.PASSED : Helio.FAILED;
        }
    }

    private void checkOptions() {
        boolean sensible = threads >= 1
                && (schedules == null || schedules >= 1)
                && (minutes == null || minutes > 0 && minutes <= Integer.MAX_VALUE);
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), "at least one thread, one schedule, and a time above 0");
        }
        boolean many = seed != null || schedules != null || minutes != null || threads != 1;
        if (!replay.isEmpty() && many) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--replay runs given seeds, once: leave out --seed, --schedules, --minutes and --threads");
        }
    }

    private Banner banner(long base) {
        Banner banner = new Banner("helio simulate: whole nodes in virtual time");
        if (replay.isEmpty()) {
            banner.with("seed", base)
                    .with("schedules", schedules == null ? "no limit" : schedules)
                    .with("minutes", minutes == null ? "no limit" : minutes)
                    .with("threads", threads);
        } else {
            banner.with("replay", replay);
        }
        return banner.with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private boolean runMany(long base, RunReport report) {
        Campaign campaign = new Campaign(base, schedules == null ? Long.MAX_VALUE : schedules, threads);
        long maxNs = minutes == null ? Long.MAX_VALUE : (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        try (ScheduleProgress _ = ScheduleProgress.ifTerminal(schedules, campaign::schedules)) {
            campaign.run(maxNs);
        }
        FailedSchedule failed = campaign.failed();
        print(campaign, failed);
        add(report.addResult(), campaign, failed);
        if (failed != null) {
            try (Simulation simulation = new Simulation()) {
                explain(simulation, failed.seed(), failed.outcome(), report);
            }
        }
        return failed == null;
    }

    private void print(Campaign campaign, @Nullable FailedSchedule failed) {
        Table table = new Table(
                out(),
                new Column("schedules", "%d", 12),
                new Column("failed", "%d", 6),
                new Column("schedules/s", "%.0f", 11),
                new Column("messages", "%d", 12),
                new Column("frames", "%d", 12),
                new Column("virtual[s]", "%.0f", 12),
                new Column("time[s]", "%.1f", 9));
        table.printTitles();
        table.printRow(
                campaign.schedules(),
                failed == null ? 0 : 1,
                campaign.schedules() / campaign.seconds(),
                campaign.messages(),
                campaign.frames(),
                campaign.virtualSeconds(),
                campaign.seconds());
        Coverage coverage = campaign.coverage();
        print("schedules with", coverage.troubles());
        print("schedules in which a post ended with", coverage.outcomes());
        print("schedules that moved", coverage.counters());
    }

    private void print(String title, Map<String, Long> schedules) {
        out().println();
        Table table = new Table(out(), new Column("schedules", "%d", 12), new Column("  " + title, "%s", -40));
        table.printTitles();
        schedules.forEach((what, count) -> table.printRow(count, "  " + what));
        out().flush();
    }

    private static void add(ObjectNode row, Campaign campaign, @Nullable FailedSchedule failed) {
        row.put("schedules", campaign.schedules())
                .put("failed", failed == null ? 0 : 1)
                .put("schedulesPerSecond", campaign.schedules() / campaign.seconds())
                .put("messages", campaign.messages())
                .put("frames", campaign.frames())
                .put("virtualSeconds", campaign.virtualSeconds())
                .put("seconds", campaign.seconds());
        Coverage coverage = campaign.coverage();
        add(row.putObject("troubles"), coverage.troubles());
        add(row.putObject("outcomes"), coverage.outcomes());
        add(row.putObject("counters"), coverage.counters());
    }

    private static void add(ObjectNode to, Map<String, Long> schedules) {
        schedules.forEach(to::put);
    }

    private boolean replay(RunReport report) {
        Table table = new Table(
                out(),
                new Column("seed", "%d", 20),
                new Column("result", "%s", 6),
                new Column("events", "%d", 6),
                new Column("messages", "%d", 8),
                new Column("frames", "%d", 8),
                new Column("virtual[s]", "%.3f", 10),
                new Column("trace", "%016x", 16));
        table.printTitles();
        boolean passed = true;
        try (Simulation simulation = new Simulation()) {
            for (long each : replay) {
                Scenario scenario = ScenarioGenerator.generate(each);
                Outcome outcome = simulation.run(scenario);
                boolean same = outcome.traceHash() == simulation.run(scenario).traceHash();
                String result = !same ? "varies" : outcome.passed() ? "passed" : "failed";
                table.printRow(
                        each,
                        result,
                        scenario.events().size(),
                        outcome.messages(),
                        outcome.frames(),
                        outcome.virtualNs() / 1e9,
                        outcome.traceHash());
                report.addResult()
                        .put("seed", each)
                        .put("result", result)
                        .put("messages", outcome.messages())
                        .put("frames", outcome.frames())
                        .put("virtualSeconds", outcome.virtualNs() / 1e9)
                        .put("traceHash", outcome.traceHash());
                passed &= same && outcome.passed();
                if (!outcome.passed()) {
                    explain(simulation, each, outcome, report);
                }
            }
        }
        return passed;
    }

    /** Shrinks a schedule that failed, and says what it takes and how to run it again. */
    private void explain(Simulation simulation, long failedSeed, Outcome outcome, RunReport report) {
        Shrinker shrinker = new Shrinker(simulation::run);
        Scenario whole = ScenarioGenerator.generate(failedSeed);
        Scenario small = shrinker.shrink(whole);
        String message = String.valueOf(
                Objects.requireNonNull(simulation.run(small).failure()).getMessage());
        PrintWriter out = out();
        out.println();
        out.println("failed: " + outcome.failure());
        out.println("shrunk in " + shrinker.runs() + " runs from "
                + whole.events().size() + " events to " + small.events().size() + ": " + message);
        out.print(small.describe());
        out.println("replay: scripts/helio simulate --replay " + failedSeed);
        out.flush();
        ObjectNode failure = report.document().withArrayProperty("failures").addObject();
        failure.put("seed", failedSeed).put("kind", outcome.kind()).put("message", message);
        failure.put("settings", small.settings().toString());
        ArrayNode events = failure.putArray("events");
        for (Event event : small.events()) {
            events.add(event.toString());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
