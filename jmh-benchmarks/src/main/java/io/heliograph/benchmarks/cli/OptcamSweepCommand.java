package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.ErrorSweep;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.optcam.MatchErrors;
import io.heliograph.offload.optcam.TernaryPattern;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio optcam sweep}: how often noise makes a lookup wrong, over width and noise. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Measures how often noise makes a lookup wrong, over the width of the key and the amount of noise.",
            "",
            "The worst case: a rule that cares for every bit, and keys of which half match and half differ from it in"
                    + " one bit. Product noise, crosstalk and drift are the emulated device's; output and receiver noise"
                    + " come in once at the readout of a rule's sum.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio optcam sweep --csv product.csv --plot product.png",
            "  helio optcam sweep --wavelengths 2 --crosstalk 0,0.01,0.03 --sigma 1.657 --widths 16,64,256"
        })
final class OptcamSweepCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--noise",
            paramLabel = "WHERE",
            description = "Where noise enters: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Noise noise = Noise.PRODUCT;

    @Option(
            names = "--sigma",
            paramLabel = "S",
            split = ",",
            description = "Standard deviations of output and product noise, of 255 (default: 1.657,3.3,6.6).")
    @Nullable
    private List<Double> sigmas;

    @Option(
            names = "--photons",
            paramLabel = "N",
            split = ",",
            description = "Of a product of full scale, for receiver noise (default: 312,156,78,39).")
    @Nullable
    private List<Double> photons;

    @Option(
            names = "--widths",
            paramLabel = "BITS",
            split = ",",
            description = "Widths of key and rule (default: 16,32,64,128,160,192,256,384).")
    private List<Integer> widths = List.of(16, 32, 64, 128, 160, 192, 256, 384);

    @Option(
            names = "--wavelengths",
            paramLabel = "N",
            description = "Of the device: 1, or an even number (default: ${DEFAULT-VALUE}).")
    private int wavelengths = 1;

    @Option(
            names = "--crosstalk",
            paramLabel = "SHARE",
            split = ",",
            description = "Between neighbouring wavelengths (default: 0).")
    private List<Double> crosstalk = List.of(0.0);

    @Option(
            names = "--drift",
            paramLabel = "R",
            description = "Of the modulators' bias, radians in a second of emulated time (default: ${DEFAULT-VALUE}).")
    private double drift;

    @Option(
            names = "--range",
            paramLabel = "BITS",
            description =
                    "For output noise: bits that differ which the readout's full scale holds; 0 for all of the key"
                            + " (default: ${DEFAULT-VALUE}).")
    private int range;

    @Option(names = "--lookups", paramLabel = "N", description = "For each point (default: ${DEFAULT-VALUE}).")
    private long lookups = 1_000_000;

    @Option(
            names = "--errors",
            paramLabel = "N",
            description = "A point ends after so many errors (default: ${DEFAULT-VALUE}).")
    private long mostErrors = 200;

    @Option(names = "--seed", paramLabel = "S", description = "Of keys and noise (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--csv", paramLabel = "FILE", description = "Writes a row a point.")
    @Nullable
    private Path csv;

    @Option(names = "--plot", paramLabel = "FILE", description = "Draws it, as PNG.")
    @Nullable
    private Path plot;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    /** Points that differ in width alone. */
    private record Series(String name, NoiseModel noise, double crosstalk) {}

    @Override
    public Integer call() {
        List<Series> all = checkOptions();
        Banner banner = banner(all);
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        ErrorSweep sweep = new ErrorSweep();
        try (Interruption _ = Interruption.ofThisThread()) {
            run(all, sweep, report);
            if (csv != null) {
                sweep.writeCsv(csv);
            }
            if (plot != null) {
                sweep.draw(
                        plot, "OpTCAM: wrong lookups, noise per " + noise.name().toLowerCase(Locale.ROOT));
            }
        } catch (IOException e) {
            throw new EnvironmentException("cannot write: " + e.getMessage() + "; check the files that you named", e);
        }
        if (json != null) {
            report.passed(true).write(json);
        }
        return Helio.PASSED;
    }

    private List<Series> checkOptions() {
        noise.check(spec, sigmas, photons);
        check(lookups > 0, "--lookups must be above 0");
        check(mostErrors > 0, "--errors must be above 0");
        check(range >= 0, "--range must be at least 0");
        check(range == 0 || noise == Noise.OUTPUT, "--range belongs to noise output");
        boolean onDevice = noise == Noise.NONE || noise == Noise.PRODUCT;
        boolean plain = wavelengths == 1 && drift == 0 && crosstalk.equals(List.of(0.0));
        check(onDevice || plain, "--wavelengths, --crosstalk and --drift belong to noise none or product");
        check(
                wavelengths == 1 || wavelengths > 0 && wavelengths <= 64 && wavelengths % 2 == 0,
                "--wavelengths must be 1, or even and at most 64");
        check(Double.isFinite(drift), "--drift must be a number");
        for (int width : widths) {
            check(width >= 1 && width <= TernaryPattern.MOST_BITS, "--widths must be 1 to " + TernaryPattern.MOST_BITS);
        }
        List<Double> deviations = sigmas == null ? List.of(NoiseModel.LIGHTNING_SIGMA, 3.3, 6.6) : sigmas;
        List<Double> counts = photons == null ? List.of(312.0, 156.0, 78.0, 39.0) : photons;
        List<Double> amounts = switch (noise) {
            case NONE -> List.of(0.0);
            case OUTPUT, PRODUCT -> deviations;
            case RECEIVER -> counts;
        };
        List<Series> all = new ArrayList<>();
        for (double leak : crosstalk) {
            check(leak >= 0 && leak <= 0.5, "--crosstalk must be 0 to 0.5");
            check(leak == 0 || wavelengths > 1, "--crosstalk wants several --wavelengths");
            for (double amount : amounts) {
                try {
                    all.add(new Series(name(amount, leak), noise.model(amount, amount), leak));
                } catch (IllegalArgumentException e) {
                    throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
                }
            }
        }
        return all;
    }

    private String name(double amount, double leak) {
        String name = switch (noise) {
            case NONE -> "no noise";
            case OUTPUT, PRODUCT -> "sigma " + shortened(amount);
            case RECEIVER -> shortened(amount) + " photons";
        };
        return crosstalk.size() == 1 && leak == 0 ? name : name + " crosstalk " + shortened(leak);
    }

    /** To four digits, without zeros at the end. */
    private static String shortened(double amount) {
        return new BigDecimal(amount)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }

    private Banner banner(List<Series> all) {
        return new Banner("helio optcam sweep: errors of ternary lookups on noisy light")
                .with("noise", noise)
                .with("series", String.join(", ", all.stream().map(Series::name).toList()))
                .with("widths", widths)
                .with("wavelengths", wavelengths)
                .with("drift", drift + " rad/s")
                .with("range", range == 0 ? "the whole key" : range + " bits")
                .with("lookups", lookups + " a point, or " + mostErrors + " errors")
                .with("seed", seed)
                .with("CSV", csv == null ? "none" : csv)
                .with("plot", plot == null ? "none" : plot)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private void run(List<Series> all, ErrorSweep sweep, RunReport report) {
        Table table = new Table(
                out(),
                new Column("series", "%s", -28),
                new Column("width", "%d", 6),
                new Column("lookups", "%d", 10),
                new Column("missed", "%d", 8),
                new Column("wrong", "%d", 8),
                new Column("rate", "%.2e", 10));
        table.printTitles();
        AtomicLong before = new AtomicLong();
        AtomicLong within = new AtomicLong();
        long total = (long) all.size() * widths.size() * lookups;
        try (ScheduleProgress _ =
                ScheduleProgress.ifTerminal("lookups", (Long) total, () -> before.get() + within.get())) {
            for (Series each : all) {
                for (int width : widths) {
                    MatchErrors.Setup setup = new MatchErrors.Setup(
                            each.noise(),
                            width,
                            wavelengths,
                            each.crosstalk(),
                            drift,
                            range == 0 ? width : range,
                            lookups,
                            mostErrors,
                            seed);
                    MatchErrors.Point point = MatchErrors.measure(setup, within::set);
                    if (Thread.currentThread().isInterrupted()) {
                        throw new RunFailure("interrupted");
                    }
                    within.set(0);
                    before.addAndGet(lookups);
                    sweep.add(each.name(), point);
                    table.printRow(
                            each.name(),
                            width,
                            point.lookups(),
                            point.missed(),
                            point.wronglyMatched(),
                            point.errors() == 0 ? "-" : (Object) point.rate());
                    report.addResult()
                            .put("series", each.name())
                            .put("widthBits", width)
                            .put("lookups", point.lookups())
                            .put("missed", point.missed())
                            .put("wronglyMatched", point.wronglyMatched());
                }
            }
        }
    }

    private void check(boolean sensible, String otherwise) {
        if (!sensible) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
