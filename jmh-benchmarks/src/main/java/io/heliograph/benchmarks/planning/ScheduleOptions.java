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
        if (!(headroom >= 0 && headroom < 1)) {
            throw new ParameterException(spec.commandLine(), "--headroom: from 0 to below 1");
        }
        if (!(slack >= 0 && slack <= 10)) {
            throw new ParameterException(spec.commandLine(), "--slack: from 0 to 10");
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
