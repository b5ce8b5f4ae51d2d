package io.heliograph.benchmarks.train;

import io.heliograph.benchmarks.cli.ByteCount;
import io.heliograph.benchmarks.collective.CarrierOptions;
import io.heliograph.benchmarks.collective.JobOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio train}: data-parallel training of a network with DJL and PyTorch, gradients averaged by the collectives. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a network with DJL and PyTorch in several processes, each with its own part of every batch; the"
                    + " gradients are averaged by all-reduce, from where the engine keeps them.",
            "",
            "Starts -n processes on this machine; under a launcher it is one rank of the launcher's job, on one"
                    + " machine or, with --port, on several. Then one process trains the same network with batches of all ranks together, and the"
                    + " losses of both are compared step by step. The images are digits that the seed draws.",
            "",
            "scripts/helio fetches PyTorch (120 MB, for Linux on x86-64) when this is first used. Its libraries are"
                    + " unpacked (430 MB) into DJL_CACHE_DIR, or .djl.ai in the home folder. Nothing is downloaded while"
                    + " it runs.",
            ""
        },
        footer = {
            "%nExamples:",
            "  helio train -n 2 --steps 300 --plot loss.svg",
            "  helio train -n 2 --port shm:x",
            "  helio launch -n 4 scripts/helio train --batch 16 --csv loss.csv"
        })
public final class TrainCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    CommandSpec spec;

    @Mixin
    JobOptions job = new JobOptions();

    @Mixin
    CarrierOptions carrier = new CarrierOptions();

    @Option(names = "--steps", paramLabel = "N", description = "Steps (default: ${DEFAULT-VALUE}).")
    int steps = 200;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Images that each process looks at in a step (default: ${DEFAULT-VALUE}).")
    int batch = 32;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Of stochastic gradient descent (default: ${DEFAULT-VALUE}).")
    float learningRate = 0.1f;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the first parameters and the images (default: ${DEFAULT-VALUE}).")
    int seed = 1;

    @Option(
            names = "--hidden",
            paramLabel = "N",
            split = ",",
            description = "Neurons of the layers between 784 pixels and 10 classes (default: 128,64).")
    List<Integer> hidden = List.of(128, 64);

    @Option(names = "--images", paramLabel = "N", description = "To learn from (default: ${DEFAULT-VALUE}).")
    int images = 8_000;

    @Option(
            names = "--held-out",
            paramLabel = "N",
            description = "Images that the accuracy is told on (default: ${DEFAULT-VALUE}).")
    int heldOut = 1_000;

    @Option(
            names = "--bucket",
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Gradients that are averaged by one all-reduce (default: 128k).")
    long bucketBytes = 128 << 10;

    @Option(
            names = {"-c", "--check"},
            paramLabel = "0|1",
            description = "Whether one process trains with the batches of all together as well, and losses are compared"
                    + " (default: ${DEFAULT-VALUE}).")
    int check = 1;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description = "By how much the losses of a step may differ (default: ${DEFAULT-VALUE}).")
    double tolerance = 1e-3;

    @Option(names = "--csv", paramLabel = "FILE", description = "Writes a line for each step.")
    @Nullable
    Path csv;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws losses over steps, as SVG.")
    @Nullable
    Path plot;

    /** Made by the command line. */
    public TrainCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        return new TrainRun(this).run();
    }

    /** What is to be trained by so many processes, if the options make sense. */
    TrainPlan plan(int processes) {
        require(check == 0 || check == 1, "-c " + check + ": 0 or 1");
        require(tolerance >= 0, "--tolerance " + tolerance + ": at least 0");
        require(job.timeoutSeconds() > 0, "--timeout " + job.timeoutSeconds() + ": above 0");
        try {
            TrainPlan plan = new TrainPlan(steps, batch, learningRate, seed, hidden, images, heldOut, bucketBytes);
            plan.together(processes);
            return plan;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    void require(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
