package io.heliograph.benchmarks.planning;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.collectives.planning.rates.Late;
import io.heliograph.collectives.planning.rates.Margins;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code helio plan --fabric} is told of the schedule. */
final class ScheduleOptions {
    private static final int MOST_RANKS = 1 << 20;

    @Option(
            names = "--fabric",
            paramLabel = "FILE",
            description = "Schedules INPUT on the topology of this file, an experiment of 'helio emulate'.")
    @Nullable
    private Path fabric;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "How rates are computed: max-min fair in each slot (max-min), by linear programming for the least"
                            + " iteration time (lp), or by following the iteration in time, what the longest chain"
                            + " waits for first (timeline) (default: ${DEFAULT-VALUE}).")
    private PlanMethod method = PlanMethod.MAX_MIN;

    @Option(
            names = "--late",
            paramLabel = "RULE",
            description = "What --rates has for a flow outside of its slots, where only what is late comes: what the"
                    + " slots of others leave on every link (spare), nothing, it waits for the flow's next slot (wait),"
                    + " or the rate of its last slot, whatever that makes of links (keep: if many flows are late at"
                    + " once they are asked for more than they carry, and the exit code says so) (default:"
                    + " ${DEFAULT-VALUE}).")
    private Late late = Late.SPARE;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private PlanFiles files;

    @Option(
            names = "--headroom",
            paramLabel = "PART",
            description = "Part of each link that stays free, for acknowledgements (default: ${DEFAULT-VALUE}).")
    private double headroom = 0.02;

    @Option(
            names = "--slack",
            paramLabel = "PART",
            description =
                    "By which part slots are longer than sending takes, for endpoints that go by the clock and for"
                            + " what comes later than foreseen (default: ${DEFAULT-VALUE}).")
    private double slack = 0.05;

    @Option(
            names = "--ranks",
            paramLabel = "N",
            description = "With --fabric and a log, a workload or traces: how many ranks there are, where the input"
                    + " does not say.")
    private int ranks;

    @Option(
            names = "--ranks-per-host",
            paramLabel = "N",
            description = "With --fabric and a log, a workload or traces: ranks at each host, from rank 0 at host 0 on"
                    + " (default: ${DEFAULT-VALUE}).")
    private int ranksPerHost = 1;

    /** Made by picocli. */
    ScheduleOptions() {}

    /** The topology; nothing if nothing is to be scheduled. */
    Optional<Path> fabric() {
        return Optional.ofNullable(fabric);
    }

    PlanMethod method() {
        return method;
    }

    Late late() {
        return late;
    }

    Margins margins() {
        return new Margins(headroom, slack);
    }

    /** How many ranks a record is of; 0 if that is not said. */
    int ranks() {
        return ranks;
    }

    int ranksPerHost() {
        return ranksPerHost;
    }

    PlanFiles files() {
        return files;
    }

    /** Refuses what makes no sense. */
    void check(CommandSpec spec) {
        if (fabric == null) {
            for (String option : files.given().keySet()) {
                throw new ParameterException(spec.commandLine(), option + " needs --fabric");
            }
        }
        if (ranks < 0 || ranks > MOST_RANKS || ranksPerHost < 1 || ranksPerHost > MOST_RANKS) {
            throw new ParameterException(spec.commandLine(), "--ranks and --ranks-per-host: from 1 to " + MOST_RANKS);
        }
        if (!(headroom >= 0 && headroom < 1)) {
            throw new ParameterException(spec.commandLine(), "--headroom: from 0 to below 1");
        }
        if (!(slack >= 0 && slack <= 10)) {
            throw new ParameterException(spec.commandLine(), "--slack: from 0 to 10");
        }
    }

    /** Refuses what only records need. */
    void checkNoRanks(CommandSpec spec) {
        if (ranks > 0 || ranksPerHost != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--ranks and --ranks-per-host are for logs, workloads and traces with --fabric; a job file has"
                            + " placement, and rank r of a matrix is at host r");
        }
    }

    Banner show(Banner banner, Path network) {
        banner.with("fabric", network)
                .with("method", method)
                .with("headroom", headroom)
                .with("slack", slack)
                .with("late", late);
        return files.show(banner);
    }
}
