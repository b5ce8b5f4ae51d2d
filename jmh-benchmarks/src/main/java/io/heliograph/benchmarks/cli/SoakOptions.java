package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.soak.SoakPlan;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the traffic of a soak is like: the options that {@code soak} hands on to its two ends. */
final class SoakOptions {

    private static final long LARGEST_BYTES = 64L << 20;
    private static final int NANO_DIGITS = 9;
    private static final int MOST_QUEUES = 64;
    private static final double FULL_PERCENT = 100;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "What the messages follow from, and the faults (default: a random one, which is printed).")
    @Nullable
    Long seed;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "How long, such as 90s, 5m or 1h (default: 1m).")
    long durationNs = TimeUnit.MINUTES.toNanos(1);

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description = "A row each so often (default: a sixtieth of the duration, at least 1s and at most 1m).")
    long intervalNs;

    @Option(
            names = {"-q", "--qp"},
            paramLabel = "COUNT",
            description = "Work queues that carry messages (default: ${DEFAULT-VALUE}).")
    int queues = 4;

    @Option(
            names = {"-s", "--size"},
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Longest message; lengths are log-uniform from 0 (default: 4m).")
    long largestBytes = 4 << 20;

    @Option(
            names = "--reregister",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "Each end takes a region back under traffic and registers it anew so often; 0 for never (default: 5s).")
    long reregisterNs = TimeUnit.SECONDS.toNanos(5);

    @Option(
            names = "--restart",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            description =
                    "One of the two endpoints, in turns, is closed under traffic and opened anew so often; 0 for never"
                            + " (default: never).")
    long restartNs;

    @Option(
            names = "--load",
            paramLabel = "PERCENT",
            description =
                    "Share of a processor that the threads of an end's traffic may use (default: ${DEFAULT-VALUE}, as much as"
                            + " there is).")
    double loadPercent = FULL_PERCENT;

    @Option(
            names = "--messages-per-second",
            paramLabel = "COUNT",
            description = "Most messages that an end posts; 0 for as many as it can (default: ${DEFAULT-VALUE}).")
    double messagesPerSecond;

    /** The plan, with a seed if none was given. */
    SoakPlan plan() {
        check(durationNs > 0, "--duration must be positive");
        check(intervalNs == 0 || intervalNs >= TimeUnit.MILLISECONDS.toNanos(100), "--interval is at least 0.1s");
        check(queues >= 1 && queues <= MOST_QUEUES, "--qp must be from 1 to " + MOST_QUEUES);
        check(largestBytes >= 1 && largestBytes <= LARGEST_BYTES, "--size must be from 1 to 64m");
        check(loadPercent > 0 && loadPercent <= FULL_PERCENT, "--load must be more than 0 and at most 100");
        check(messagesPerSecond >= 0, "--messages-per-second cannot be negative");
        if (seed == null) {
            seed = (long) new SecureRandom().nextInt(Integer.MAX_VALUE);
        }
        if (intervalNs == 0) {
            long sixtieth = durationNs / 60;
            intervalNs = Math.clamp(sixtieth, TimeUnit.SECONDS.toNanos(1), TimeUnit.MINUTES.toNanos(1));
        }
        return new SoakPlan(
                seed,
                queues,
                (int) largestBytes,
                durationNs,
                intervalNs,
                reregisterNs,
                restartNs,
                loadPercent,
                messagesPerSecond);
    }

    /** A plan as the options of an end. */
    static List<String> arguments(SoakPlan plan) {
        return List.of(
                "--seed",
                Long.toString(plan.seed()),
                "--duration",
                seconds(plan.durationNs()),
                "--interval",
                seconds(plan.intervalNs()),
                "--qp",
                Integer.toString(plan.queues()),
                "--size",
                Integer.toString(plan.largestBytes()),
                "--reregister",
                seconds(plan.reregisterNs()),
                "--restart",
                seconds(plan.restartNs()),
                "--load",
                Double.toString(plan.loadPercent()),
                "--messages-per-second",
                Double.toString(plan.messagesPerSecond()));
    }

    static void describe(Banner banner, SoakPlan plan) {
        banner.with("seed", plan.seed())
                .with("duration [s]", seconds(plan.durationNs()))
                .with("queues", plan.queues())
                .with("messages [bytes]", "0 to " + plan.largestBytes() + ", log-uniform")
                .with("re-register [s]", plan.reregisterNs() == 0 ? "never" : seconds(plan.reregisterNs()))
                .with("restart [s]", plan.restartNs() == 0 ? "never" : seconds(plan.restartNs()))
                .with("load [%]", plan.loadPercent())
                .with("messages/s", plan.messagesPerSecond() == 0 ? "unlimited" : plan.messagesPerSecond());
    }

    /** Not in scientific notation, which {@link TimeSpan} does not read. */
    private static String seconds(long ns) {
        return BigDecimal.valueOf(ns, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
