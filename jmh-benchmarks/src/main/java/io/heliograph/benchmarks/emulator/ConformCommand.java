package io.heliograph.benchmarks.emulator;

import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.emulator.conformance.CaptureJudge;
import io.heliograph.emulator.conformance.Conformance;
import io.heliograph.emulator.conformance.ConformanceReport;
import io.heliograph.emulator.conformance.DeviceFactory;
import io.heliograph.emulator.conformance.ReportFiles;
import io.heliograph.emulator.conformance.RuleBook;
import io.heliograph.emulator.conformance.Scenario;
import io.heliograph.emulator.conformance.ScenarioReader;
import io.heliograph.emulator.conformance.Verdict;
import io.heliograph.emulator.conformance.dut.EmulatorDevice;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.emulator.conformance.live.LiveDevices;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.capture.CaptureFormatException;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import io.heliograph.transport.rate.RateTableFormatException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio conform}: judges a device by the numbered rules of PROTOCOL.md and DEVICE.md. */
@Command(
        name = "conform",
        mixinStandardHelpOptions = true,
        description = {
            "Judges a device by the numbered rules of PROTOCOL.md and DEVICE.md.",
            "",
            "Plays scenarios against it and prints, rule by rule: pass, FAIL with the first offending packet, or not exercised and why.",
            ""
        },
        footer = {
            "%nExamples:",
            "  helio conform --device endpoint",
            "  helio conform --device emulator --rule R9.1 --seeds 100 --pcap frames --vcd device.vcd",
            "  helio conform --device port:dpdk:net_af_packet0,iface=tap0 --agent localhost:18516 --slowdown 1000",
            "  helio conform --device port:dpdk:0000:01:00.0 --address 198.18.0.1 --region 0x10000000:65536:0x1234abcd",
            "  helio conform --device capture:link.pcapng --address 198.18.0.1 --rates rates.csv"
        })
public final class ConformCommand implements Callable<Integer> {
    private static final String CAPTURE = "capture:";
    private static final String PORT = "port:";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--device",
            required = true,
            paramLabel = "DEVICE",
            description =
                    "What is judged: emulator, endpoint, port:SPEC, a device at the other end of a port (shm:NAME or dpdk:DEVARGS), or capture:FILE, a pcap or pcapng file judged by the rules that a bystander can see.")
    @SuppressWarnings("NullAway.Init")
    private String device;

    @Option(
            names = "--rule",
            paramLabel = "N",
            description =
                    "Only scenarios that exercise this rule, such as R4.1, or chapter, such as R4. May be given again.")
    private List<String> rules = new ArrayList<>();

    @Option(
            names = "--scenarios",
            paramLabel = "FILE",
            description = "Scenarios of your own in place of those shipped.")
    private @Nullable Path scenarioFile;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Runs of each scenario, with other numbers, sizes, losses and delays each; default ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--first-seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Where seeds begin; 1 is the plain run.")
    private long firstSeed;

    @Option(names = "--junit", paramLabel = "FILE", description = "Writes the result as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the result as JSON.")
    private @Nullable Path json;

    @Option(
            names = "--pcap",
            paramLabel = "DIR",
            description = "Writes the frames of each scenario's first seed, and of each run that fails, as pcapng.")
    private @Nullable Path pcap;

    @Option(
            names = "--vcd",
            paramLabel = "FILE",
            description = "Emulator: writes the pipeline's waveform of the first scenario's first run.")
    private @Nullable Path vcd;

    @Option(
            names = "--rates",
            paramLabel = "FILE",
            description =
                    "Capture: the rate table that the nodes send by, its start on the capture's clock; judges pacing.")
    private @Nullable Path rates;

    @Option(
            names = "--address",
            paramLabel = "IP",
            description =
                    "Capture: the node that is judged; all are if none is named. Port without agent: the device's address.")
    private @Nullable IpAddress address;

    @Option(
            names = "--at-device",
            description =
                    "Capture: taken at that node's own port, where nothing is lost or late in between; judges more strictly.")
    private boolean atDevice;

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "1024",
            description = "Capture, port without agent: W of the network; default ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--engines",
            paramLabel = "N",
            defaultValue = "1",
            description = "Capture: engines of each sender, for its pacing; default ${DEFAULT-VALUE}.")
    private int engines;

    @Mixin
    private LiveOptions live = new LiveOptions();

    /** Made by the command line. */
    public ConformCommand() {}

    @Override
    public Integer call() throws IOException {
        if (device.startsWith(CAPTURE)) {
            refuse("a port", LiveOptions.NAMES);
            refuse("scenarios", "--rule", "--scenarios", "--seeds", "--first-seed", "--pcap", "--vcd");
            return judgeCapture(Path.of(device.substring(CAPTURE.length())));
        }
        refuse("--device capture:FILE", "--rates", "--at-device", "--engines");
        boolean isPort = device.startsWith(PORT);
        if (!isPort) {
            refuse("--device port:SPEC", LiveOptions.NAMES);
        }
        if (!isPort || live.hasAgent()) {
            refuse("--device capture:FILE and port:SPEC without --agent", "--window", "--address");
        }
        if (seeds < 1) {
            throw usage("--seeds " + seeds + ": at least 1");
        }
        if (vcd != null && !device.equals("emulator")) {
            throw usage("--vcd: only the emulator has a pipeline to draw");
        }
        List<Scenario> scenarios = scenarios();
        if (isPort) {
            try (LiveDevices devices = openPort(device.substring(PORT.length()))) {
                return judge(scenarios, devices);
            }
        }
        return judge(
                scenarios,
                switch (device) {
                    case "endpoint" -> EndpointDevice::open;
                    case "emulator" -> EmulatorDevice::open;
                    default ->
                        throw usage(
                                "--device " + device + ": there are emulator, endpoint, port:SPEC and capture:FILE");
                });
    }

    /** Says what an option is for, if it was given where it means nothing. */
    private void refuse(String onlyFor, String... options) {
        for (String each : options) {
            if (spec.commandLine().getParseResult().hasMatchedOption(each)) {
                throw usage(each + " is only for " + onlyFor);
            }
        }
    }

    private LiveDevices openPort(String port) {
        try {
            return live.open(port, address, window);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private int judge(List<Scenario> scenarios, DeviceFactory devices) throws IOException {
        Banner banner = new Banner("helio conform")
                .with(
                        "device",
                        devices instanceof LiveDevices named ? device + " (" + named.description() + ")" : device)
                .with("scenarios", scenarios.size())
                .with("rules", rules.isEmpty() ? "all" : String.join(" ", rules))
                .with("seeds", firstSeed + " to " + (firstSeed + seeds - 1));
        if (device.startsWith(PORT)) {
            live.describe(banner);
        }
        banner.print(out());
        // Closed last: Ctrl-C waits until what was judged is printed and written.
        try (Interruption _ = Interruption.ofThisThread()) {
            ConformanceReport report = run(scenarios, devices);
            boolean whole = !Thread.interrupted();
            out().print(report.table());
            if (device.startsWith(PORT) && !live.hasAgent()) {
                out().println("note: the device's memory and application were not looked at:"
                        + " rules were judged by what its packets say alone");
            }
            out().println(report.runs() + " runs, " + report.failures() + " failed" + (whole ? "" : "; interrupted"));
            out().flush();
            return write(report, banner, List.of(), whole);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private int write(ConformanceReport report, Banner banner, List<String> notes, boolean whole) throws IOException {
        boolean passed = whole && report.failures() == 0;
        if (json != null) {
            RunReport file = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            report.results().forEach(each -> RuleJson.fill(file.addResult(), each));
            file.document().put("runs", report.runs()).put("failures", report.failures());
            notes.forEach(file.document().putArray("notes")::add);
            file.passed(passed).write(json);
        }
        if (junit != null) {
            ReportFiles.junit(report, device, junit);
        }
        return passed ? 0 : 1;
    }

    private int judgeCapture(Path file) throws IOException {
        if (atDevice && address == null) {
            throw usage("--at-device: name the device by --address");
        }
        if (!Files.isReadable(file)) {
            throw usage("--device " + device + ": the file cannot be read");
        }
        Banner banner = new Banner("helio conform")
                .with("capture", file)
                .with("judged", address == null ? "every node" : address)
                .with("taken", atDevice ? "at its port" : "anywhere")
                .with("window [packets]", window)
                .with("engines", engines)
                .with("rates", rates == null ? "none" : rates);
        CaptureJudge judge;
        try {
            RateTable table = rates == null ? null : RateTableFile.read(rates);
            judge = CaptureJudge.of(file, new CaptureJudge.Options(address, atDevice, window, engines, table));
        } catch (CaptureFormatException e) {
            throw usage(file + ": " + e.getMessage());
        } catch (RateTableFormatException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        banner.print(out());
        out().print(judge.report().table());
        judge.notes().forEach(note -> out().println("note: " + note));
        out().println(judge.report().failures() + " failures");
        out().flush();
        return write(judge.report(), banner, judge.notes(), true);
    }

    private ConformanceReport run(List<Scenario> scenarios, DeviceFactory devices) throws IOException {
        if (pcap != null) {
            Files.createDirectories(pcap);
        }
        ConformanceReport report = new ConformanceReport();
        String waveform = vcd == null ? "" : vcd.toString();
        try (ProgressBar progress = progress((long) scenarios.size() * seeds)) {
            for (Scenario each : scenarios) {
                for (int i = 0; i < seeds && !Thread.currentThread().isInterrupted(); i++) {
                    Verdict verdict = Conformance.run(each, devices, firstSeed + i, waveform);
                    waveform = "";
                    report.add(verdict);
                    if (pcap != null && (i == 0 || verdict.outcome() == Verdict.Outcome.FAIL)) {
                        ReportFiles.pcapng(
                                verdict.trace(), pcap.resolve(each.name() + "-" + verdict.seed() + ".pcapng"));
                    }
                    if (progress != null) {
                        progress.step();
                    }
                }
            }
        }
        return report;
    }

    /** On standard error, if a person looks at it. */
    @SuppressWarnings("SystemConsoleNull") // since 25 it is null again where there is no terminal
    private static @Nullable ProgressBar progress(long runs) {
        Console console = System.console();
        return console != null && console.isTerminal() ? new ProgressBar("scenarios", runs) : null;
    }

    private List<Scenario> scenarios() throws IOException {
        List<Scenario> all;
        try {
            all = scenarioFile == null
                    ? ScenarioReader.shipped()
                    : ScenarioReader.read(String.valueOf(scenarioFile.getFileName()), Files.readString(scenarioFile));
        } catch (InputFileException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        for (String rule : rules) {
            if (RuleBook.shipped().numbers().stream().noneMatch(number -> isOf(number, rule))) {
                throw usage("--rule " + rule
                        + ": there is no such rule; they are numbered as in PROTOCOL.md and DEVICE.md");
            }
        }
        List<Scenario> chosen = all.stream()
                .filter(each -> rules.isEmpty()
                        || each.rules().stream()
                                .anyMatch(number -> rules.stream().anyMatch(rule -> isOf(number, rule))))
                .toList();
        if (chosen.isEmpty()) {
            throw usage("no scenario exercises " + String.join(", ", rules));
        }
        return chosen;
    }

    private static boolean isOf(String number, String rule) {
        return number.equals(rule) || number.startsWith(rule + ".");
    }

    private ParameterException usage(String what) {
        return new ParameterException(spec.commandLine(), what);
    }
}
