package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.DeviceOption;
import io.heliograph.benchmarks.offload.ModelSource;
import io.heliograph.benchmarks.offload.QueryPlan;
import io.heliograph.benchmarks.offload.WavelengthsOption;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.query.QueryLayout;
import io.heliograph.offload.serve.ServedDevice;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.PortSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of {@code helio infer} that are for packets. */
final class PacketInferOptions {

    /** All of them, for who must refuse them. */
    static final List<String> NAMES = names();

    private static final double NS_PER_SECOND = 1e9;
    private static final int MOST_OUTSTANDING = 1 << 15;

    @Option(names = "--to", paramLabel = "IP", description = "The server's address.")
    @Nullable
    private IpAddress server;

    @Mixin
    private QueryPortOptions transport = new QueryPortOptions();

    @Option(
            names = "--check-by",
            paramLabel = "MODEL",
            description = "What the server's model is, to hold every answer against: " + ModelSource.FORMS
                    + ". With --port memory it is what is served, too (default there: digits).")
    @Nullable
    private String checkBy;

    @Option(
            names = "--model-number",
            paramLabel = "N",
            description = "Which of the server's models to ask (default: ${DEFAULT-VALUE}).")
    private int number;

    @Option(
            names = {"-n", "--queries"},
            paramLabel = "N",
            description = "Queries, the images in turn (default: each image once).")
    @Nullable
    private Long queries;

    @Option(
            names = "--rate",
            paramLabel = "QUERIES/S",
            description =
                    "Open loop: queries are due at this rate, whatever becomes of those before (default: as fast as"
                            + " answers come).")
    private double rate;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            description = "Queries under way at once, without --rate (default: ${DEFAULT-VALUE}).")
    private int outstanding = 1;

    @Option(
            names = {"-w", "--warmup"},
            paramLabel = "SECONDS",
            description = "How long to ask before it counts (default: ${DEFAULT-VALUE}).")
    private double warmupSeconds = 2;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "A query that is not answered for so long is lost (default: ${DEFAULT-VALUE}).")
    private double timeoutSeconds = 5;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            description = "How long to wait for the server (default: ${DEFAULT-VALUE}).")
    private double connectSeconds = 30;

    @Option(
            names = "--step-locally",
            paramLabel = "N",
            description =
                    "Holds the first N images' answers against a datapath that is stepped here, exact, and not only"
                            + " against the integer semantics computed straight (default: ${DEFAULT-VALUE}).")
    private int stepLocally;

    @Option(names = "--bound-to-stdin", hidden = true, description = "Ends this process when its standard input does.")
    private boolean boundToStdin;

    private static List<String> names() {
        List<String> names = new ArrayList<>(List.of(
                "--to",
                "--check-by",
                "--model-number",
                "--queries",
                "--rate",
                "--outstanding",
                "--warmup",
                "--timeout",
                "--connect-timeout",
                "--step-locally"));
        names.addAll(QueryPortOptions.NAMES);
        return List.copyOf(names);
    }

    /**
     * Asks; the exit code.
     *
     * @param spec of the command
     * @param arena owns images and answers; several threads use it
     * @param images for a model of so many inputs
     * @param count of the images to use, or null for all
     * @param exact whether the server steps every cycle
     * @param device of the server, if it is in this process
     * @param wavelengths of the server's device, to check by
     * @param json where the results go, or null
     */
    int run(
            CommandSpec spec,
            Arena arena,
            PacketInferRun.ImageReader images,
            @Nullable Integer count,
            boolean exact,
            DeviceOption device,
            int wavelengths,
            @Nullable Path json) {
        ModelSource source = check(spec, wavelengths);
        if (boundToStdin) {
            StdinWatch.start();
        }
        QueryPlan plan = new QueryPlan(
                number,
                exact ? QueryLayout.STEPPED : 0,
                queries == null ? 0 : queries,
                rate,
                outstanding,
                (long) (warmupSeconds * NS_PER_SECOND),
                (long) (timeoutSeconds * NS_PER_SECOND));
        try {
            return new PacketInferRun(
                            spec,
                            transport,
                            server,
                            arena,
                            images,
                            count,
                            plan,
                            new ServedDevice(device.load(), wavelengths),
                            (long) (connectSeconds * NS_PER_SECOND),
                            stepLocally,
                            json)
                    .run(source);
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new EnvironmentException(
                    "no such file or directory: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read: " + e.getMessage() + "; check the files that you named", e);
        }
    }

    private @Nullable ModelSource check(CommandSpec spec, int wavelengths) {
        boolean memory = transport.port instanceof PortSpec.Memory;
        check(spec, server != null || memory, "give --to with the server's address, or --local, or --port memory");
        check(spec, server == null || !memory, "--port memory has its server in this process: leave out --to");
        check(
                spec,
                server == null || !spec.commandLine().getParseResult().hasMatchedOption(DeviceOption.NAME),
                "a server states the energy of its own device: give it " + DeviceOption.NAME);
        check(
                spec,
                wavelengths == 1 || checkBy != null || memory,
                WavelengthsOption.NAME + " is the server's; to check its answers by give --check-by");
        check(spec, number >= 0 && number <= QueryLayout.MAX_MODEL, "--model-number must be from 0 to 65535");
        check(spec, queries == null || queries > 0, "--queries must be above 0");
        check(spec, rate >= 0, "--rate must not be below 0");
        check(
                spec,
                outstanding >= 1 && outstanding <= MOST_OUTSTANDING,
                "--outstanding must be from 1 to " + MOST_OUTSTANDING);
        check(spec, rate == 0 || outstanding == 1, "--outstanding is for runs without --rate");
        check(spec, warmupSeconds >= 0, "--warmup must not be below 0");
        check(spec, timeoutSeconds > 0 && connectSeconds >= 0, "--timeout must be above 0");
        check(spec, stepLocally >= 0, "--step-locally must not be below 0");
        check(spec, stepLocally == 0 || checkBy != null || memory, "--step-locally needs the model: --check-by");
        String model = checkBy == null && memory ? ModelSource.SHIPPED : checkBy;
        if (model == null) {
            return null;
        }
        try {
            return ModelSource.parse(model);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--check-by: " + e.getMessage(), e);
        }
    }

    private static void check(CommandSpec spec, boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
