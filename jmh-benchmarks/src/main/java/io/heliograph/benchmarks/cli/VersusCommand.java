package io.heliograph.benchmarks.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.forward.TestpmdPair;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.benchmarks.report.Table;
import io.heliograph.benchmarks.report.Table.Column;
import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.benchmarks.tour.NetworkNamespaces;
import io.heliograph.benchmarks.versus.Link;
import io.heliograph.benchmarks.versus.Ours;
import io.heliograph.benchmarks.versus.Peer;
import io.heliograph.benchmarks.versus.Ratios;
import io.heliograph.benchmarks.versus.VersusPeers;
import io.heliograph.benchmarks.versus.Veth;
import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.CpuAffinity;
import io.heliograph.transport.wire.Crc32Provider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code helio versus}: WRITEs beside testpmd on the same port, and beside libfabric, TCP and UDP on the same veth pair. */
@Command(
        name = "versus",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Measures WRITEs, with ICRCs, beside what others do on the same port, in turns: dpdk-testpmd, txonly to rxonly, over memif and, as"
                    + " root, over AF_XDP between two network namespaces; over the same veth pair libfabric's udp;ofi_rxd and the kernel's"
                    + " TCP and UDP, clean and with loss. Two processes each, a CPU each.",
            "",
            "Peak is the best 10 ms of ours and the best 20 ms of testpmd's. Loss is made by tc netem, or else by iptables, for the others, and by the fault"
                    + " injector in front of our port for us, in both directions. What is left out is said with the reason.",
            ""
        },
        footer = {
            "%nExample:",
            "  helio versus --json versus.json",
            "  helio versus --only memif --frames 1500 --rounds 9"
        })
final class VersusCommand implements Callable<Integer> {

    /** Frame of a WRITE of 64 bytes over IPv4: Ethernet 14, IP 20, UDP 8, headers to RETH 48, payload, ICRC 4. */
    private static final int SMALL_FRAME_BYTES = 14 + 20 + 8 + 48 + 64 + 4;

    private static final int SMALL_PAYLOAD_BYTES = 64;
    private static final int SMALL_MTU_FRAME_BYTES = 1_514;
    private static final long LARGE_MESSAGE_BYTES = 1 << 20;
    private static final int VETH_MTU_BYTES = 1_500;
    private static final double GOAL = 0.95;
    private static final double SMALL_GOAL = 0.80;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli's injection
    private CommandSpec spec;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "memif, af_xdp, peers: what to measure (default: all).")
    private List<String> parts = List.of("memif", "af_xdp", "peers");

    @Option(
            names = "--frames",
            split = ",",
            paramLabel = "BYTES",
            description =
                    "Frame sizes without FCS; 0 is that of a WRITE of 64 bytes (default: 0,1500,4096,9000 over memif,"
                            + " 0,1500,3450 over AF_XDP, whose frames must fit a page with what is around them).")
    private List<Integer> frames = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of all sides (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    @Option(
            names = {"-D", "--duration"},
            paramLabel = "SECONDS",
            description = "How long each side is measured in a round (default: ${DEFAULT-VALUE}).")
    private double seconds = 2;

    @Option(
            names = {"-w", "--warmup"},
            paramLabel = "SECONDS",
            description =
                    "Our traffic before it is measured, while the JIT compiler works (default: ${DEFAULT-VALUE}).")
    private double warmupSeconds = 3;

    @Option(
            names = "--loss",
            paramLabel = "SHARE",
            description = "Of packets, with the peers on the veth pair (default: ${DEFAULT-VALUE}).")
    private double loss = 0.01;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the results as JSON as well.")
    @Nullable
    private Path json;

    private int receiverCpu;
    private int senderCpu;
    private boolean passed = true;

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || seconds <= 0 || warmupSeconds < 0 || loss <= 0 || loss >= 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "at least one round, a duration above 0, no negative warm-up, a loss between 0 and 1");
        }
        for (String part : parts) {
            if (!List.of("memif", "af_xdp", "peers").contains(part)) {
                throw new ParameterException(spec.commandLine(), "'" + part + "' is none of memif, af_xdp, peers");
            }
        }
        BitSet cpus = CpuAffinity.get();
        senderCpu = cpus.nextSetBit(0);
        receiverCpu = cpus.length() - 1;
        Banner banner = banner();
        banner.print(out());
        RunReport report = new RunReport(
                        spec.name(), spec.root().commandLine().getParseResult().originalArgs())
                .options(banner);
        try (Interruption _ = Interruption.ofThisThread()) {
            Path work = Files.createTempDirectory("helio-versus-");
            try {
                measure(new Ours(work, warmupSeconds), work, report);
            } finally {
                delete(work);
            }
        }
        if (json != null) {
            report.passed(passed).write(json);
        }
        return passed ? Helio.PASSED : Helio.FAILED;
    }

    private void measure(Ours ours, Path work, RunReport report) throws IOException, InterruptedException {
        if (parts.contains("memif")) {
            for (int frame : frames.isEmpty() ? List.of(0, 1_500, 4_096, 9_000) : frames) {
                besideTestpmd(ours, Link.memif(work, longest(frame), receiverCpu, senderCpu), frame, report);
            }
        }
        if (parts.contains("af_xdp")) {
            for (int frame : frames.isEmpty() ? List.of(0, 1_500, 3_450) : frames) {
                try (NetworkNamespaces namespaces = NetworkNamespaces.open(longest(frame))) {
                    besideTestpmd(ours, Link.xdp(namespaces, receiverCpu, senderCpu), frame, report);
                } catch (EnvironmentException e) {
                    out().println("AF_XDP was skipped: " + e.getMessage());
                }
            }
        }
        if (parts.contains("peers")) {
            besidePeers(ours, report);
        }
    }

    private static int longest(int frame) {
        return frame == 0 ? SMALL_MTU_FRAME_BYTES : frame;
    }

    private void besideTestpmd(Ours ours, Link link, int frame, RunReport report)
            throws IOException, InterruptedException {
        int frameBytes = frame == 0 ? SMALL_FRAME_BYTES : frame;
        long messageBytes = frame == 0 ? SMALL_PAYLOAD_BYTES : LARGE_MESSAGE_BYTES;
        out().println();
        out().println(link.name() + ", frames of " + frameBytes + " bytes, WRITEs of " + messageBytes + ":");
        Table table = new Table(
                out(),
                new Column("round", "%d", 5),
                Column.of("ours[Mpps]", "%.3f"),
                Column.of("testpmd[Mpps]", "%.3f"),
                Column.of("ratio", "%.3f"),
                Column.of("ours peak", "%.3f"),
                Column.of("testpmd peak", "%.3f"),
                Column.of("peak ratio", "%.3f"),
                Column.of("goodput[Gb/sec]", "%.2f"),
                Column.of("#wrong", "%d"),
                Column.of("load", "%.1f"));
        table.printTitles();
        double[] ratios = new double[rounds];
        double[] peaks = new double[rounds];
        TestpmdPair.End sender = new TestpmdPair.End(link.senderPrefix(), link.senderVdev(), senderCpu);
        TestpmdPair.End receiver = new TestpmdPair.End(link.receiverPrefix(), link.receiverVdev(), receiverCpu);
        try {
            for (int round = 0; round < rounds; round++) {
                // Whoever comes second in a round comes first in the next one.
                TestpmdPair.Rate before =
                        round % 2 == 1 ? TestpmdPair.run(sender, receiver, frameBytes, seconds) : null;
                Ours.Rate our = ours.run(link, longest(frame), messageBytes, seconds, "");
                TestpmdPair.Rate their =
                        before == null ? TestpmdPair.run(sender, receiver, frameBytes, seconds) : before;
                ratios[round] = our.averageMpps() / their.averageMpps();
                peaks[round] = our.peakMpps() / their.peakMpps();
                passed &= our.wrong() == 0;
                table.printRow(
                        round + 1,
                        our.averageMpps(),
                        their.averageMpps(),
                        ratios[round],
                        our.peakMpps(),
                        their.peakMpps(),
                        peaks[round],
                        our.gbitPerSecond(),
                        our.wrong(),
                        Machine.load());
                report.addResult()
                        .put("port", link.name())
                        .put("frameBytes", frameBytes)
                        .put("messageBytes", messageBytes)
                        .put("round", round + 1)
                        .put("oursMpps", our.averageMpps())
                        .put("testpmdMpps", their.averageMpps())
                        .put("ratio", ratios[round])
                        .put("oursPeakMpps", our.peakMpps())
                        .put("testpmdPeakMpps", their.peakMpps())
                        .put("peakRatio", peaks[round])
                        .put("oursGbitPerSecond", our.gbitPerSecond())
                        .put("wrong", our.wrong())
                        .put("load", Machine.load());
            }
        } catch (EnvironmentException e) {
            out().println(link.name() + " was skipped: " + e.getMessage());
            return;
        }
        double goal = frame == 0 ? SMALL_GOAL : GOAL;
        summary(report, link.name() + " " + frameBytes, "testpmd", "ratio", Ratios.of(ratios), goal);
        summary(report, link.name() + " " + frameBytes, "testpmd", "peak ratio", Ratios.of(peaks), goal);
    }

    private void besidePeers(Ours ours, RunReport report) throws IOException, InterruptedException {
        try (NetworkNamespaces namespaces = NetworkNamespaces.open(VETH_MTU_BYTES)) {
            Veth veth = new Veth(namespaces, VETH_MTU_BYTES, receiverCpu, senderCpu).configure();
            Link link = Link.xdp(namespaces, receiverCpu, senderCpu);
            List<Peer> installed = new ArrayList<>();
            out().println();
            for (Peer peer : Peer.values()) {
                if (peer.isInstalled()) {
                    installed.add(peer);
                } else {
                    out().println(peer.title() + " was skipped: no " + peer.program() + "; on Debian, install "
                            + peer.debianPackage());
                }
            }
            new VersusPeers(ours, link, veth, installed, rounds, seconds, loss, out(), (name, value) -> {
                        ObjectNode row = report.addResult();
                        row.put("port", "veth").put("what", name);
                        value.forEach(row::put);
                    })
                    .run();
        } catch (EnvironmentException | RunFailure e) {
            out().println("peers were skipped: " + e.getMessage());
        }
    }

    private void summary(RunReport report, String port, String peer, String what, Ratios ratios, double goal) {
        out().printf(
                        Locale.ROOT,
                        "%s beside %s, %s: median %.3f, %.3f to %.3f, goal %.2f%n",
                        port,
                        peer,
                        what,
                        ratios.median(),
                        ratios.least(),
                        ratios.greatest(),
                        goal);
        out().flush();
        report.document()
                .withArrayProperty("summary")
                .addObject()
                .put("port", port)
                .put("peer", peer)
                .put("what", what)
                .put("median", ratios.median())
                .put("least", ratios.least())
                .put("greatest", ratios.greatest())
                .put("goal", goal);
    }

    private Banner banner() {
        return new Banner("helio versus: WRITEs and others on the same port, in turns")
                .with("parts", String.join(" ", parts))
                .with("rounds", rounds)
                .with("duration [s]", seconds)
                .with("warm-up [s]", warmupSeconds)
                .with("loss with peers", loss)
                .with("sender's CPU", senderCpu)
                .with("receiver's CPU", receiverCpu)
                .with("ICRC by", Crc32Provider.best().title())
                .with("JSON", json == null ? "none" : json)
                .with("load", String.format(Locale.ROOT, "%.1f", Machine.load()))
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
