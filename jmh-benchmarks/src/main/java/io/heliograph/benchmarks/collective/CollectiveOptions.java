package io.heliograph.benchmarks.collective;

import io.heliograph.benchmarks.cli.ByteCount;
import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.MscclException;
import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.execute.JobTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that measure a collective share: nccl-tests' options, as far as they mean something here. */
final class CollectiveOptions {
    /** Who the ranks are, for the help of each command. */
    static final String WHO =
            "Starts -n processes, which move data by direct placement in shared memory, or by packets over --port; under a"
                    + " launcher it is one rank of the launcher's job, whose ranks may be on several machines if there is a port that reaches them."
                    + " MASTER_ADDR and MASTER_PORT say where rank 0 meets the others, HELIO_SECRET by what they know each other.";

    /** What the limit is, for the help of each command. */
    static final String LIMIT =
            "%%lim is the bus bandwidth as a share of what this machine's memory allows: at each size all ranks at once copy such a"
                    + " buffer and add one to another (float32), each its own, and the limit is the time in which a rank would copy and add just the bytes"
                    + " that it must for this collective (COLLECTIVES.md has them).";

    private static final long LARGEST_BYTES = 1L << 34;
    private static final String PROGRAM = "msccl:";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Mixin
    JobOptions job = new JobOptions();

    @Mixin
    CarrierOptions carrier = new CarrierOptions();

    @Option(
            names = {"-b", "--minbytes"},
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Smallest size; k, m and g are 2^10, 2^20 and 2^30 (default: 1k).")
    long leastBytes = 1 << 10;

    @Option(
            names = {"-e", "--maxbytes"},
            paramLabel = "BYTES",
            converter = ByteCount.class,
            description = "Largest size (default: 64m).")
    long mostBytes = 64 << 20;

    @Option(
            names = {"-f", "--stepfactor"},
            paramLabel = "FACTOR",
            description = "From each size to the next (default: ${DEFAULT-VALUE}).")
    int factor = 4;

    @Option(
            names = {"-d", "--datatype"},
            paramLabel = "TYPE",
            description = "float, double, half, bfloat16, int8, int32 or int64 (default: ${DEFAULT-VALUE}).")
    String type = DataType.F32.label();

    @Option(
            names = {"-c", "--check"},
            paramLabel = "0|1",
            description = "Whether results are compared with what they must be (default: ${DEFAULT-VALUE}).")
    int check = 1;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "How long to measure each size, out of place and in place each (default: ${DEFAULT-VALUE}).")
    double durationSeconds = 0.4;

    @Option(
            names = {"-w", "--warmup"},
            paramLabel = "SECONDS",
            description =
                    "Calls of all sizes in turns, before the first, that are not measured, so that the JIT compiler has done its work;"
                            + " each size gets a tenth more (default: ${DEFAULT-VALUE}).")
    double warmupSeconds = 2;

    @Option(
            names = "--bind",
            paramLabel = "core|none",
            description =
                    "Whether the calling thread of each rank has a processor of its own, as mpirun --bind-to core gives each process: with direct placement, where"
                            + " there are as many processors as ranks, and the launcher says a rank's place on its machine (LOCAL_RANK,"
                            + " LOCAL_WORLD_SIZE) (default: ${DEFAULT-VALUE}).")
    String bind = Binding.CORE;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description =
                    "ring, halving_doubling, tree, double_tree, hierarchical or direct; or msccl:FILE, a program in"
                            + " MSCCL's XML, which is run where its collective, ranks and sizes match (default: by size).")
    @Nullable
    String algorithm;

    @Option(
            names = "--costs",
            paramLabel = "FILE",
            description =
                    "What algorithms are chosen by: read from this file, or measured at the start and kept in it; off"
                            + " for fixed thresholds (default: $HELIO_COSTS, or heliograph/collective-costs.properties in"
                            + " the user's cache directory).")
    @Nullable
    String costs;

    @Option(
            names = "--hosts",
            paramLabel = "RANKS,...",
            description =
                    "Has ranks count as on several hosts, so many on each, such as 2,2; to try hierarchical algorithms"
                            + " on one (default: as they are).")
    @Nullable
    String hosts;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws bus bandwidth over size, as SVG.")
    @Nullable
    Path plot;

    Plan plan(Kind kind, String operation, int root, int size) {
        check(factor >= 2, "-f " + factor + ": at least 2");
        check(leastBytes <= mostBytes && mostBytes <= LARGEST_BYTES, "sizes go from -b up to -e, at most 16g");
        check(check == 0 || check == 1, "-c " + check + ": 0 or 1");
        check(root >= 0 && root < size, "-r " + root + ": one of ranks 0 to " + (size - 1));
        check(bind.equals(Binding.CORE) || bind.equals(Binding.NONE), "--bind " + bind + ": core or none");
        check(durationSeconds > 0 && warmupSeconds >= 0, "--duration must be above 0, --warmup at least 0");
        List<Long> sizes = new ArrayList<>();
        for (long bytes = leastBytes; bytes <= mostBytes; bytes *= factor) {
            sizes.add(bytes);
        }
        try {
            return new Plan(
                    kind,
                    sizes,
                    DataType.parse(type),
                    ReduceOperation.parse(operation),
                    root,
                    nanoseconds(durationSeconds),
                    nanoseconds(warmupSeconds),
                    check == 1);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What one of {@code size} ranks opens its communicator with. */
    CommunicatorConfig config(Kind kind, int rank, int size) {
        try {
            CommunicatorConfig config =
                    CommunicatorConfig.DEFAULT.withTimeoutNs(job.timeoutNs()).withTuning(tuning(rank, size));
            if (algorithm == null) {
                return config;
            }
            return algorithm.startsWith(PROGRAM)
                    ? config.withProgram(program(algorithm.substring(PROGRAM.length()), kind, size))
                    : config.withAlgorithm(named(algorithm));
        } catch (IllegalArgumentException | MscclException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What carries the chunks. */
    JobTransport transport(Map<String, String> environment) {
        try {
            return carrier.transport(environment, spec.commandLine().getParseResult()::hasMatchedOption);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Binds the calling thread as the option says; packets have threads that it would start on the same processor. */
    Binding bind(JobTransport.Kind kind, Map<String, String> environment) {
        if (bind.equals(Binding.NONE)) {
            return Binding.none("--bind none");
        }
        return kind == JobTransport.Kind.DIRECT ? Binding.toCore(environment) : Binding.none("packets");
    }

    private Tuning tuning(int rank, int size) {
        Tuning tuning = Tuning.DEFAULT;
        if (costs != null) {
            tuning = costs.equals("off") ? tuning.withThresholds() : tuning.withCostFile(Path.of(costs));
        }
        if (hosts == null) {
            return tuning;
        }
        Hosts parsed = Hosts.parse(hosts);
        if (parsed.ranks() != size) {
            throw new IllegalArgumentException(
                    "--hosts " + hosts + ": " + parsed.ranks() + " ranks, but there are " + size);
        }
        return tuning.withHost("host " + parsed.hostOfRank().get(rank));
    }

    private static Algorithm named(String name) {
        for (Algorithm each : Algorithm.values()) {
            if (each != Algorithm.MSCCL && each.name().equalsIgnoreCase(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException("--algorithm " + name
                + ": ring, halving_doubling, tree, double_tree, hierarchical, direct or msccl:FILE");
    }

    private static MscclProgram program(String file, Kind kind, int size) {
        MscclProgram program;
        try {
            program = MscclProgram.read(Path.of(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("--algorithm msccl:" + file + " cannot be read: " + e, e);
        }
        if (program.ranks() != size || program.collective() != kind.collective()) {
            throw new IllegalArgumentException("--algorithm msccl:" + program + ": not for "
                    + kind.collective().label() + " by " + size + " ranks");
        }
        return program;
    }

    private static long nanoseconds(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
