package io.heliograph.benchmarks.train;

import io.heliograph.benchmarks.collective.JobEnvironment;
import io.heliograph.benchmarks.collective.RankJob;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.bootstrap.Job;
import io.heliograph.collectives.bootstrap.RendezvousConfig;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import io.heliograph.transport.SystemClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** One run of {@code helio train}, at one rank. */
final class TrainRun {
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    /** An engine starts slowly, more so where many do; the first one unpacks it. */
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(5);

    private final TrainCommand options;

    TrainRun(TrainCommand options) {
        this.options = options;
    }

    int run() throws InterruptedException {
        List<String> arguments =
                options.spec.root().commandLine().getParseResult().originalArgs();
        return RankJob.run(
                options.job.isBoundToStdin(),
                () -> {
                    options.require(options.job.ranks() >= 1, "-n " + options.job.ranks() + ": at least 1");
                    options.plan(options.job.ranks());
                    config();
                    transport(System.getenv());
                    patience();
                    TorchEngine.require();
                    return options.job.ranks();
                },
                arguments,
                this::takePart);
    }

    private CommunicatorConfig config() {
        try {
            return CommunicatorConfig.DEFAULT.withTimeoutNs(options.job.timeoutNs());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(options.spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private JobTransport transport(Map<String, String> environment) {
        try {
            return options.carrier.transport(
                    environment, options.spec.commandLine().getParseResult()::hasMatchedOption);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(options.spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Duration patience() {
        try {
            return options.job.patience(PATIENCE_NS);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(options.spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int takePart(Job job, Map<String, String> environment, String launcher) throws InterruptedException {
        TrainPlan plan = options.plan(job.size());
        CommunicatorConfig config = config();
        JobTransport transport = transport(environment);
        RendezvousConfig place = JobEnvironment.place(job, environment, patience());
        String engine = TorchEngine.load();
        LossCurve curve = new LossCurve(plan.steps());
        @Nullable TrainReport report = null;
        int strayed;
        Accuracy accuracy;
        // The replica's gradients lie in the communicator's memory, where other ranks read them.
        try (JobCommunicator ranks = open(place, config, transport);
                Replica replica = new Replica(plan, ranks.communicator()::allocate)) {
            if (job.rank() == 0) {
                report = new TrainReport(options, plan, ranks, launcher, engine, replica);
            }
            strayed = train(plan, ranks.communicator(), replica, curve, report);
            accuracy = report == null ? Accuracy.NONE : replica.accuracy(plan.heldOut());
        } catch (CollectiveException e) {
            throw new RunFailure("rank " + job.rank() + ": " + e.getMessage(), e);
        }
        if (report == null) {
            return PASSED;
        }
        // When the others have gone: it takes as long as all of theirs.
        @Nullable LossCurve reference = options.check == 1 ? alone(plan.together(job.size())) : null;
        return report.end(curve, reference, strayed, accuracy) ? PASSED : FAILED;
    }

    private JobCommunicator open(RendezvousConfig place, CommunicatorConfig config, JobTransport transport) {
        try {
            return JobCommunicator.open(place, config, transport);
        } catch (IllegalArgumentException e) {
            // What only the device knew, such as its queues.
            throw new ParameterException(options.spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** How many ranks' parameters are other than rank 0's in the end. */
    private static int train(
            TrainPlan plan, Communicator communicator, Replica replica, LossCurve curve, @Nullable TrainReport report)
            throws InterruptedException {
        Training training = new Training(SystemClock.INSTANCE, plan, replica);
        training.together(communicator, curve, report == null ? _ -> {} : step -> report.row(curve, step));
        return training.strayed(communicator);
    }

    private static LossCurve alone(TrainPlan plan) throws InterruptedException {
        try (Replica replica = Replica.alone(plan)) {
            return new Training(SystemClock.INSTANCE, plan, replica).alone();
        }
    }
}
