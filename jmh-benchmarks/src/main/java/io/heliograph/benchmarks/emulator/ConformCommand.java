package io.heliograph.benchmarks.emulator;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "  helio conform --device capture:link.pcapng --address 198.18.0.1 --rates rates.csv"
        })
public final class ConformCommand implements Callable<Integer> {
    private static final String CAPTURE = "capture:";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--device",
            required = true,
            paramLabel = "DEVICE",
            description =
                    "What is judged: emulator, endpoint, or capture:FILE, a pcap or pcapng file judged by the rules that a bystander can see.")
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
            description = "Capture: the node that is judged; all are if none is named.")
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
            description = "Capture: W of the network; default ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--engines",
            paramLabel = "N",
            defaultValue = "1",
            description = "Capture: engines of each sender, for its pacing; default ${DEFAULT-VALUE}.")
    private int engines;

    /** Made by the command line. */
    public ConformCommand() {}

    @Override
    public Integer call() throws IOException {
        if (device.startsWith(CAPTURE)) {
            return judgeCapture(Path.of(device.substring(CAPTURE.length())));
        }
        if (rates != null || address != null || atDevice) {
            throw usage("--rates, --address and --at-device are for --device capture:FILE");
        }
        DeviceFactory devices = switch (device) {
            case "endpoint" -> EndpointDevice::open;
            case "emulator" -> EmulatorDevice::open;
            default -> throw usage("--device " + device + ": there are emulator, endpoint and capture:FILE");
        };
        if (seeds < 1) {
            throw usage("--seeds " + seeds + ": at least 1");
        }
        if (vcd != null && !device.equals("emulator")) {
            throw usage("--vcd: only the emulator has a pipeline to draw");
        }
        List<Scenario> scenarios = scenarios();
        PrintWriter out = spec.commandLine().getOut();
        out.println("device " + device + ", scenarios " + scenarios.size() + ", seeds " + firstSeed + " to "
                + (firstSeed + seeds - 1) + (rules.isEmpty() ? "" : ", rules " + String.join(" ", rules)));
        out.flush();
        ConformanceReport report = run(scenarios, devices);
        out.print(report.table());
        out.println(report.runs() + " runs, " + report.failures() + " failed");
        out.flush();
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("firstSeed", firstSeed);
        environment.put("seeds", seeds);
        return write(report, environment);
    }

    private int write(ConformanceReport report, Map<String, Object> environment) throws IOException {
        if (json != null) {
            environment.put("device", device);
            environment.put("java", Runtime.version().toString());
            ReportFiles.json(report, environment, json);
        }
        if (junit != null) {
            ReportFiles.junit(report, device, junit);
        }
        return report.failures() > 0 ? 1 : 0;
    }

    private int judgeCapture(Path file) throws IOException {
        if (!rules.isEmpty() || scenarioFile != null || pcap != null || vcd != null || seeds != 1 || firstSeed != 1) {
            throw usage("--rule, --scenarios, --seeds, --first-seed, --pcap and --vcd are not for captures");
        }
        if (atDevice && address == null) {
            throw usage("--at-device: name the device by --address");
        }
        if (!Files.isReadable(file)) {
            throw usage("--device " + device + ": the file cannot be read");
        }
        CaptureJudge judge;
        try {
            RateTable table = rates == null ? null : RateTableFile.read(rates);
            judge = CaptureJudge.of(file, new CaptureJudge.Options(address, atDevice, window, engines, table));
        } catch (CaptureFormatException e) {
            throw usage(file + ": " + e.getMessage());
        } catch (RateTableFormatException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("capture " + file + ", judged " + (address == null ? "every node" : address)
                + (atDevice ? ", taken at its port" : ", taken anywhere") + ", window " + window);
        out.print(judge.report().table());
        judge.notes().forEach(note -> out.println("note: " + note));
        out.println(judge.report().failures() + " failures");
        out.flush();
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("notes", judge.notes());
        return write(judge.report(), environment);
    }

    private ConformanceReport run(List<Scenario> scenarios, DeviceFactory devices) throws IOException {
        if (pcap != null) {
            Files.createDirectories(pcap);
        }
        ConformanceReport report = new ConformanceReport();
        String waveform = vcd == null ? "" : vcd.toString();
        try (ProgressBar progress = progress((long) scenarios.size() * seeds)) {
            for (Scenario each : scenarios) {
                for (int i = 0; i < seeds; i++) {
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
