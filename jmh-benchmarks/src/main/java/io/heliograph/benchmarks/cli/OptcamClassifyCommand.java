package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.offload.PacketClassifier;
import io.heliograph.benchmarks.offload.PacketClassifier.Way;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.offload.DeviceTime;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.optcam.rules.Rule;
import io.heliograph.offload.optcam.rules.RuleSet;
import io.heliograph.offload.optcam.rules.RuleSyntaxException;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.capture.CaptureFormatException;
import io.heliograph.transport.capture.CaptureReader;
import io.heliograph.transport.capture.CapturedFrame;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code helio optcam classify}: frames of a capture, or keys drawn around the rules, counted by rule. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Counts the frames of a capture by the rule that they match first.",
            "",
            "With --on rings or stepped an emulated device answers, and each answer is compared with that of bit"
                    + " operations; one that differs makes the exit code 1.",
            "",
            "Instead of a capture, --lookups draws keys around the rules: each matches a random rule, and half then"
                    + " differ in one bit.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio optcam classify sample.rules --pcap sample.pcapng",
            "  helio optcam classify sample.rules --lookups 1000000 --on rings --noise product"
        })
final class OptcamClassifyCommand implements Callable<Integer> {

    /** One of them. */
    private static final class Source {
        @Option(names = "--pcap", paramLabel = "FILE", required = true, description = "A pcap or pcapng file.")
        @Nullable
        private Path capture;

        @Option(names = "--lookups", paramLabel = "N", required = true, description = "Draws so many keys.")
        @Nullable
        private Long lookups;
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Parameters(paramLabel = "RULES", description = "A file of rules, see OPTCAM.md.")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Path ruleFile;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private Source source;

    @Option(
            names = "--on",
            paramLabel = "WAY",
            description = "What answers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Way way = Way.FAST;

    @Option(
            names = "--noise",
            paramLabel = "WHERE",
            description = "Noise of the device: NONE, PRODUCT, RECEIVER for each sample (default: ${DEFAULT-VALUE}).")
    private Noise noise = Noise.NONE;

    @Option(
            names = "--sigma",
            paramLabel = "S",
            description = "Standard deviation of product noise, of 255 (default: LIGHTNING's 1.657).")
    @Nullable
    private Double sigma;

    @Option(
            names = "--photons",
            paramLabel = "N",
            description = "Of a product of full scale, for receiver noise (default: NETCAST's 312, 40 aJ).")
    @Nullable
    private Double photons;

    @Option(names = "--seed", paramLabel = "S", description = "Of noise and keys (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    private long cut;
    private long otherLinks;

    @Override
    public Integer call() {
        NoiseModel model = checkOptions();
        RuleSet rules = readRules();
        Banner banner = banner(rules, model);
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        try (Interruption _ = Interruption.ofThisThread();
                PacketClassifier classifier = new PacketClassifier(rules, way, model, seed)) {
            boolean whole = source.capture == null ? draw(classifier) : read(classifier, source.capture);
            print(classifier, rules);
            add(report, classifier, rules);
            boolean passed = whole && classifier.wrong() == 0 && classifier.unanswered() == 0;
            if (json != null) {
                report.passed(passed).write(json);
            }
            if (classifier.wrong() + classifier.unanswered() > 0) {
                err().println("helio: the device was wrong: another answer for " + classifier.wrong()
                        + " lookups, none for " + classifier.unanswered());
            }
            return passed ? Helio.PASSED : Helio.FAILED;
        }
    }

    private NoiseModel checkOptions() {
        check(noise == Noise.NONE || way != Way.FAST, "noise is a device's: give --on rings or stepped");
        check(noise != Noise.OUTPUT, "noise per output is not a device's: see helio optcam sweep");
        noise.check(spec, sigma, photons);
        check(source.lookups == null || source.lookups > 0, "--lookups must be above 0");
        return noise.model(spec, sigma, photons);
    }

    private RuleSet readRules() {
        try {
            return RuleSet.read(ruleFile);
        } catch (RuleSyntaxException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (NoSuchFileException e) {
            throw new EnvironmentException("no such file: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read " + ruleFile + ": " + e.getMessage() + "; check it", e);
        }
    }

    private Banner banner(RuleSet rules, NoiseModel model) {
        return new Banner("helio optcam classify: packets by ternary rules")
                .with("rules", rules.rules().size() + " of " + ruleFile)
                .with("entries", rules.entries().size())
                .with("keys", source.capture == null ? source.lookups + " drawn" : "of " + source.capture)
                .with("answered by", way)
                .with("noise", model instanceof NoiseModel.None ? "none" : model)
                .with("seed", seed)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private boolean draw(PacketClassifier classifier) {
        long total = source.lookups == null ? 0 : source.lookups;
        SeededRandom chance = new SeededRandom(seed);
        AtomicLong done = new AtomicLong();
        try (ScheduleProgress _ = ScheduleProgress.ifTerminal("lookups", (Long) total, done::get)) {
            while (done.get() < total) {
                checkInterrupt();
                int batch = (int) Math.min(PacketClassifier.BATCH, total - done.get());
                classifier.random(batch, chance);
                done.addAndGet(batch);
            }
        }
        return true;
    }

    /** Whether the whole capture could be read. */
    private boolean read(PacketClassifier classifier, Path capture) {
        AtomicLong done = new AtomicLong();
        try (CaptureReader reader = CaptureReader.open(capture);
                ScheduleProgress _ = ScheduleProgress.ifTerminal("frames", null, done::get)) {
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                checkInterrupt();
                if (frame.linkType() != CapturedFrame.LINKTYPE_ETHERNET) {
                    otherLinks++;
                    continue;
                }
                cut += frame.isCut() ? 1 : 0;
                classifier.frame(frame.data().address(), (int)
                        Math.min(Integer.MAX_VALUE, frame.data().byteSize()));
                done.incrementAndGet();
            }
            return true;
        } catch (CaptureFormatException e) {
            err().println("helio: cannot read on in " + capture + ": " + e.getMessage());
            return false;
        } catch (NoSuchFileException e) {
            throw new EnvironmentException("no such file: " + e.getMessage() + "; name one that exists", e);
        } catch (IOException e) {
            throw new EnvironmentException("cannot read " + capture + ": " + e.getMessage() + "; check it", e);
        }
    }

    private static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new RunFailure("interrupted");
        }
    }

    private void print(PacketClassifier classifier, RuleSet rules) {
        Table table = new Table(
                out(),
                new Column("#matched", "%d", 10),
                new Column("action", "%s", -7),
                new Column("sid", "%d", 8),
                new Column("rule", "%s", -1));
        table.printTitles();
        List<Rule> all = rules.rules();
        for (int rule = 0; rule < all.size(); rule++) {
            Rule each = all.get(rule);
            table.printRow(
                    classifier.matched(rule),
                    each.verdict().name().toLowerCase(Locale.ROOT),
                    each.options().sid() == 0 ? "-" : (Object) each.options().sid(),
                    each.options().message().isEmpty()
                            ? "rule " + (rule + 1)
                            : each.options().message());
        }
        table.printRow(classifier.unmatched(), "-", "-", "no rule");
        out().println();
        Table sums = new Table(
                out(),
                new Column("lookups", "%d", 10),
                new Column("#wrong", "%d", 8),
                new Column("#unanswered", "%d", 11),
                new Column("lookups/s wall", "%.0f", 15),
                new Column("processor", "%.0f", 11),
                new Column("cycles/lookup", "%d", 14),
                new Column("emulated[us]", "%.3f", 13));
        sums.printTitles();
        DeviceTime time = classifier.emulatedTime();
        sums.printRow(
                classifier.lookups(),
                classifier.wrong(),
                classifier.unanswered(),
                classifier.lookupsPerWallSecond(),
                classifier.lookupsPerProcessorSecond(),
                time == null ? "-" : (Object) time.cycles(),
                time == null ? "-" : (Object) (time.nanoseconds() / 1e3));
        if (cut + otherLinks > 0) {
            out().println();
            out().println("cut by the capture: " + cut + " frames; not Ethernet, left out: " + otherLinks);
        }
        out().flush();
    }

    private void add(RunReport report, PacketClassifier classifier, RuleSet rules) {
        List<Rule> all = rules.rules();
        for (int rule = 0; rule < all.size(); rule++) {
            Rule each = all.get(rule);
            report.addResult()
                    .put("rule", rule + 1)
                    .put("action", each.verdict().name().toLowerCase(Locale.ROOT))
                    .put("sid", each.options().sid())
                    .put("message", each.options().message())
                    .put("matched", classifier.matched(rule));
        }
        var sums = report.addResult()
                .put("lookups", classifier.lookups())
                .put("unmatched", classifier.unmatched())
                .put("wrong", classifier.wrong())
                .put("unanswered", classifier.unanswered())
                .put("cutFrames", cut)
                .put("otherLinkFrames", otherLinks)
                .put("lookupsPerWallSecond", classifier.lookupsPerWallSecond())
                .put("lookupsPerProcessorSecond", classifier.lookupsPerProcessorSecond());
        DeviceTime time = classifier.emulatedTime();
        if (time != null) {
            sums.put("emulatedCyclesPerLookup", time.cycles())
                    .put("emulatedMicrosecondsPerLookup", time.nanoseconds() / 1e3);
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

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
