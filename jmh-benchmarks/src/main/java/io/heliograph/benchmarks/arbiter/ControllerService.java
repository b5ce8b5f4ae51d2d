package io.heliograph.benchmarks.arbiter;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.cli.Interruption;
import io.heliograph.benchmarks.cli.StdinWatch;
import io.heliograph.benchmarks.report.Banner;
import io.heliograph.benchmarks.report.Machine;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.planning.controller.ControlPorts;
import io.heliograph.collectives.planning.controller.Controller;
import io.heliograph.collectives.planning.controller.ControllerAddress;
import io.heliograph.collectives.planning.controller.ControllerConfig;
import io.heliograph.collectives.planning.controller.ControllerLink;
import io.heliograph.collectives.planning.controller.ControllerSettings;
import io.heliograph.collectives.planning.controller.LeafSpineShape;
import io.heliograph.transport.Clock;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortSpec;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code helio arbiter --serve}: a controller over a port, until it is told to end. On the thread of the command. */
final class ControllerService {
    private static final int PASSED = 0;
    private static final double NS_PER_US = 1e3;
    private static final int SPINS = 100;
    private static final int YIELDS = 20;
    private static final long LEAST_PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);
    /** Of a slot: how late the controller may look, which the lead has room for. */
    private static final int PARKS_PER_SLOT = 8;

    private final CommandSpec spec;
    private final ServeOptions options;
    private final PortSpec portSpec;
    private final ControllerAddress own;
    private final ControllerSettings settings;
    private final @Nullable Path json;
    private final Clock clock = SystemClock.INSTANCE;

    ControllerService(
            CommandSpec spec,
            ServeOptions options,
            PortSpec portSpec,
            ControllerAddress own,
            ControllerSettings settings,
            @Nullable Path json) {
        this.spec = spec;
        this.options = options;
        this.portSpec = portSpec;
        this.own = own;
        this.settings = settings;
        this.json = json;
    }

    /**
     * Serves.
     *
     * @return exit code
     */
    int run() {
        if (options.boundToStdin) {
            StdinWatch.start();
        }
        int nodes = settings.config().shape().nodes();
        try (Interruption _ = Interruption.ofThisThread();
                Arena arena = Arena.ofConfined();
                Port port = ControlPorts.ofController(portSpec, options.mtuBytes, nodes, clock)) {
            PrintWriter out = spec.commandLine().getOut();
            Banner banner = banner(port);
            banner.print(out);
            ControllerLink link =
                    new ControllerLink(port, own.address(), own.udpPort(), settings, arena, clock.nowNs());
            out.println("serves " + nodes + " nodes at " + own + " over " + portSpec + ": a slot every "
                    + settings.config().slotNs() / NS_PER_US + " us");
            out.flush();
            long servedNs = serve(link);
            tell(out, banner, link, servedNs);
            link.close();
            return PASSED;
        }
    }

    private Banner banner(Port port) {
        ControllerConfig config = settings.config();
        LeafSpineShape shape = config.shape();
        return new Banner("helio arbiter: a central controller, one thread")
                .with("port", portSpec + " (" + port.info().driver() + ")")
                .with("address", own)
                .with("MTU", options.mtuBytes)
                .with("nodes", shape.nodes())
                .with("nodes per leaf", shape.nodesPerLeaf())
                .with("paths", shape.paths())
                .with("slot [us]", config.slotNs() / NS_PER_US)
                .with(
                        "chunk",
                        settings.chunk().packets() + " packets of up to "
                                + settings.chunk().packetWireBytes() + " bytes, "
                                + settings.chunk().slotNs(0) / NS_PER_US + " us at "
                                + settings.chunk().lineRateBitsPerSecond() / 1e9 + " Gbit/s")
                .with("slots at once", config.batchSlots())
                .with("lead [slots]", config.leadSlots())
                .with("report [us]", config.reportNs() / NS_PER_US)
                .with("clock", "this machine's monotonic one: nodes must be processes of this machine")
                .with("duration [s]", options.durationSeconds == null ? "until Ctrl-C" : options.durationSeconds)
                .with("JSON", json == null ? "none" : json)
                .with("processor", Runtime.getRuntime().availableProcessors() + " x " + Machine.cpu());
    }

    /** Until it is time to end; returns how long that was. */
    private long serve(ControllerLink link) {
        long parkNs = Math.max(LEAST_PARK_NS, settings.config().slotNs() / PARKS_PER_SLOT);
        IdleStrategy idle = new BackoffIdleStrategy(SPINS, YIELDS, LEAST_PARK_NS, parkNs);
        long beganNs = clock.nowNs();
        long durationNs = options.durationNs();
        long nowNs = beganNs;
        // Ctrl-C interrupts this thread; the report is written after that.
        while (!Thread.interrupted() && nowNs - beganNs < durationNs) {
            idle.idle(link.poll(nowNs));
            nowNs = clock.nowNs();
        }
        return nowNs - beganNs;
    }

    private void tell(PrintWriter out, Banner banner, ControllerLink link, long servedNs) {
        Controller controller = link.controller();
        double seconds = servedNs / (double) TimeUnit.SECONDS.toNanos(1);
        out.println(String.format(
                Locale.ROOT,
                "served %d nodes for %.1f s: %d chunks in %d batches, %d reports, %d stale, %d malformed, %d questions,"
                        + " %d foreign frames; %d chunks waited at the end",
                link.heard(),
                seconds,
                controller.granted(),
                controller.batches(),
                controller.reports(),
                controller.staleReports(),
                controller.malformed(),
                link.questions(),
                link.foreignFrames(),
                controller.waiting()));
        out.flush();
        if (json != null) {
            RunReport report = new RunReport(
                            spec.name(),
                            spec.root().commandLine().getParseResult().originalArgs())
                    .options(banner);
            ObjectNode row = report.addResult();
            row.put("seconds", seconds)
                    .put("nodesHeard", link.heard())
                    .put("chunks", controller.granted())
                    .put("batches", controller.batches())
                    .put("reports", controller.reports())
                    .put("staleReports", controller.staleReports())
                    .put("malformed", controller.malformed())
                    .put("questions", link.questions())
                    .put("foreignFrames", link.foreignFrames())
                    .put("waiting", controller.waiting());
            report.passed(true).write(json);
        }
    }
}
