package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.experiment.Experiment.Network;
import io.heliograph.emulator.experiment.Experiment.Times;
import io.heliograph.emulator.fabric.EcnMarking;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.FlowControl;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkFault;
import io.heliograph.emulator.fabric.Node;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.fabric.Trimming;
import io.heliograph.emulator.topology.Units;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Tunables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads an experiment from a YAML file, and checks all of it: what is read can run. EXPERIMENTS.md says what a file may have.
 *
 * <p>Paths in a file are relative to it. Anything wrong ends it with an {@link ExperimentFileException} that names file and line: unknown keys and units, values out of range, nodes and links that do not exist, topologies that
 * are none, routes that go in circles.
 */
public final class ExperimentFile {
    private static final int MOST_SEEDS = 1000;
    /** The class of what work queues send unless told otherwise. */
    private static final int DATA_CLASS = 0;

    private final Path path;
    private final String file;

    private ExperimentFile(Path path) {
        this.path = path;
        file = path.toString();
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read
     * @throws ExperimentFileException if it is wrong
     */
    public static Experiment read(Path path) throws IOException {
        return parse(path, Files.readString(path));
    }

    /** The same for text that is there already; {@code path} is where it would be. */
    static Experiment parse(Path path, String text) {
        return new ExperimentFile(path)
                .read(YamlValue.parse(path.toString(), text).fields());
    }

    private Experiment read(YamlFields fields) {
        String name = fields.require("name").text();
        YamlValue about = fields.find("about");
        List<Long> seeds = seeds(fields.require("seeds"));
        long limitPs = fields.require("limit").quantity(Units.TIMES_PS, 1);
        long samplePs = fields.quantity("sample", Units.TIMES_PS, Math.max(1, limitPs / 1000), 1);
        YamlValue topology = fields.require("topology");
        Experiment.Shape shape = new TopologyReader(path).read(topology);
        SwitchConfig switches = switches(fields.find("switch"));
        YamlValue fabricFields = fields.find("fabric");
        FabricConfig config = config(fabricFields).withEcnCapable(!(switches.marking() instanceof EcnMarking.Off));
        TransportSettings transport = transport(fields.find("transport"));
        List<Mode> modes = modes(fields.require("modes"), switches);
        YamlValue workloadValue = fields.require("workload");
        List<YamlValue> routeValues = list(fields.find("routes"));
        List<YamlValue> faultValues = list(fields.find("faults"));
        fields.end();

        List<GivenRoute> routes = new ArrayList<>();
        List<FaultLine> faults = new ArrayList<>();
        Workload workload;
        try (Fabric fabric = build(topology, shape, config)) {
            routeValues.forEach(each -> routes.add(route(each, fabric)));
            refuseCircles(routes, fabric);
            faultValues.forEach(each -> faults.add(fault(each, fabric)));
            workload = new WorkloadReader(path, fabric).read(workloadValue);
            if (workload.hosts() > fabric.hosts()) {
                throw workloadValue.refused("takes " + workload.hosts() + " hosts, the topology has " + fabric.hosts());
            }
        }
        if (workload.stepCount() > Workload.MOST_STEPS) {
            throw workloadValue.refused(
                    "has " + workload.stepCount() + " messages and computations; at most " + Workload.MOST_STEPS);
        }
        return new Experiment(
                name,
                about == null ? "" : about.text(),
                seeds,
                new Times(limitPs, samplePs),
                new Network(shape, config, routes, faults),
                transport,
                workload,
                modes);
    }

    private static List<YamlValue> list(@Nullable YamlValue value) {
        return value == null ? List.of() : value.items();
    }

    private static List<Long> seeds(YamlValue value) {
        List<Long> seeds = new ArrayList<>();
        if (value.isList()) {
            value.items().forEach(each -> seeds.add(each.integer(-Long.MAX_VALUE, Long.MAX_VALUE)));
        } else {
            seeds.add(value.integer(-Long.MAX_VALUE, Long.MAX_VALUE));
        }
        if (new HashSet<>(seeds).size() < seeds.size() || seeds.size() > MOST_SEEDS) {
            throw value.refused("from 1 to " + MOST_SEEDS + " different seeds belong here");
        }
        return seeds;
    }

    private static Fabric build(YamlValue topology, Experiment.Shape shape, FabricConfig config) {
        try {
            return shape.with(SwitchConfig.of(1)).build(config);
        } catch (IllegalArgumentException e) {
            throw topology.place().refused(e);
        }
    }

    private static FabricConfig config(@Nullable YamlValue value) {
        FabricConfig config = FabricConfig.DEFAULT;
        if (value == null) {
            return config;
        }
        YamlFields fields = value.fields();
        try {
            config = config.withMtuBytes((int)
                            Math.min(Integer.MAX_VALUE, fields.quantity("mtu", Units.BYTES, config.mtuBytes(), 1)))
                    .withMaxFrames(fields.count("frames", config.maxFrames(), 1, Integer.MAX_VALUE))
                    .withSendRingFrames(fields.count("send-ring", config.sendRingFrames(), 1, 1 << 20))
                    .withReceiveRingFrames(fields.count("receive-ring", config.receiveRingFrames(), 1, 1 << 20));
        } catch (IllegalArgumentException e) {
            throw value.place().refused(e);
        }
        fields.end();
        return config;
    }

    private static SwitchConfig switches(@Nullable YamlValue value) {
        SwitchConfig none = SwitchConfig.of(Long.MAX_VALUE / 2);
        if (value == null) {
            return none;
        }
        YamlFields fields = value.fields();
        SwitchConfig config;
        try {
            config = none;
            YamlValue buffer = fields.find("buffer");
            if (buffer != null) {
                config = SwitchConfig.of(buffer.quantity(Units.BYTES, 1));
            }
            config = config.withQueueBytes(fields.quantity("queue", Units.BYTES, Long.MAX_VALUE, 0))
                    .withAlpha(fields.number("alpha", Double.POSITIVE_INFINITY, Math.ulp(1.0), 1e6));
            YamlValue ecn = fields.find("ecn");
            if (ecn != null) {
                config = config.withMarking(marking(ecn));
            }
        } catch (IllegalArgumentException e) {
            throw value.place().refused(e);
        }
        fields.end();
        return config;
    }

    private static EcnMarking marking(YamlValue value) {
        YamlFields fields = value.fields();
        EcnMarking marking;
        try {
            marking = switch (fields.require("kind").oneOf("threshold", "red", "sharp")) {
                case "threshold" ->
                    new EcnMarking.Threshold(fields.require("at").quantity(Units.BYTES, 0));
                case "red" ->
                    new EcnMarking.Red(
                            fields.require("min").quantity(Units.BYTES, 0),
                            fields.require("max").quantity(Units.BYTES, 0),
                            fields.number("probability", 1, 0, 1));
                default ->
                    new EcnMarking.Sharp(
                            fields.require("instant").quantity(Units.TIMES_PS, 0),
                            fields.require("target").quantity(Units.TIMES_PS, 0),
                            fields.require("interval").quantity(Units.TIMES_PS, 1));
            };
        } catch (IllegalArgumentException e) {
            throw value.place().refused(e);
        }
        fields.end();
        return marking;
    }

    private static TransportSettings transport(@Nullable YamlValue value) {
        TransportSettings defaults =
                new TransportSettings(Tunables.WINDOW_PACKETS, 0, Tunables.ENTROPY_VALUES, PathSpray.ADAPTIVE, false);
        if (value == null) {
            return defaults;
        }
        YamlFields fields = value.fields();
        YamlValue window = fields.find("window");
        int windowPackets = window == null
                ? defaults.windowPackets()
                : window.count(Tunables.MIN_WINDOW_PACKETS, Tunables.MAX_WINDOW_PACKETS);
        if (window != null && Integer.bitCount(windowPackets) != 1) {
            throw window.refused("a power of two belongs here, not " + windowPackets);
        }
        YamlValue spray = fields.find("spray");
        YamlValue warmUp = fields.find("warm-up");
        TransportSettings settings = new TransportSettings(
                windowPackets,
                fields.quantity("cycle", Units.TIMES_PS, 0, 0),
                fields.count("paths", defaults.paths(), Tunables.MIN_PATHS, Tunables.MAX_PATHS),
                spray == null || spray.oneOf("adaptive", "oblivious").equals("adaptive")
                        ? PathSpray.ADAPTIVE
                        : PathSpray.OBLIVIOUS,
                warmUp != null && warmUp.yesOrNo());
        fields.end();
        return settings;
    }

    private static List<Mode> modes(YamlValue value, SwitchConfig switches) {
        List<Mode> modes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlValue each : value.items()) {
            Mode mode = mode(each, switches);
            if (!names.add(mode.name())) {
                throw each.refused("two modes are called " + mode.name());
            }
            modes.add(mode);
        }
        return modes;
    }

    private static Mode mode(YamlValue value, SwitchConfig switches) {
        YamlFields fields = value.fields();
        String kind = fields.require("kind").oneOf("table", "line-rate", "window");
        YamlValue name = fields.find("name");
        Mode.Pacing pacing = switch (kind) {
            case "table" -> new Mode.Table(fields.number("headroom", 0.05, 0, 0.99));
            case "line-rate" -> new Mode.Line();
            default -> window(fields);
        };
        SwitchConfig config = switches;
        YamlValue trimming = fields.find("trimming");
        YamlValue pfc = fields.find("pfc");
        try {
            config = trimming == null ? config : config.withTrimming(trimming(trimming));
            config = pfc == null ? config : config.withFlowControl(flowControl(pfc));
        } catch (IllegalArgumentException e) {
            throw value.place().refused(e);
        }
        fields.end();
        return new Mode(name == null ? kind : name.text(), pacing, config);
    }

    private static Mode.Window window(YamlFields fields) {
        long targetPs = fields.require("target").quantity(Units.TIMES_PS, 1000);
        double least = fields.number("min-window", 1e-3, 1e-3, 1e6);
        double most = fields.number("max-window", 1024, Math.max(1, least), 1e6);
        return new Mode.Window(
                targetPs / 1000,
                least,
                most,
                fields.number("initial-window", Math.clamp(10, least, most), least, most));
    }

    private static Trimming trimming(YamlValue value) {
        YamlFields fields = value.fields();
        Trimming trimming = new Trimming(
                (int) Math.min(Integer.MAX_VALUE, fields.quantity("bytes", Units.BYTES, Trimming.DEFAULT.bytes(), 1)),
                Trimming.DEFAULT.trafficClass(),
                fields.quantity("queue", Units.BYTES, Trimming.DEFAULT.queueBytes(), 0),
                true);
        fields.end();
        return trimming;
    }

    private static FlowControl flowControl(YamlValue value) {
        YamlFields fields = value.fields();
        long xoffBytes = fields.require("xoff").quantity(Units.BYTES, 1);
        FlowControl control = new FlowControl(
                1 << DATA_CLASS, xoffBytes, fields.require("xon").quantity(Units.BYTES, 0));
        fields.end();
        return control;
    }

    private static GivenRoute route(YamlValue value, Fabric fabric) {
        YamlFields fields = value.fields();
        List<String> via = new ArrayList<>();
        fields.require("via").items().forEach(each -> via.add(each.text()));
        GivenRoute route = new GivenRoute(
                value.place(), fields.require("at").text(), fields.require("to").text(), via);
        fields.end();
        route.addTo(fabric);
        return route;
    }

    private static void refuseCircles(List<GivenRoute> routes, Fabric fabric) {
        for (GivenRoute route : routes) {
            List<Node> circle = fabric.circleTowards(route.host(fabric));
            List<String> names = circle.stream().map(Node::name).toList();
            if (names.contains(route.at())) {
                throw route.place()
                        .refused("route: frames to " + route.to() + " go in circles: "
                                + names.stream().collect(Collectors.joining(" > ")) + " > " + names.getFirst());
            }
        }
    }

    private FaultLine fault(YamlValue value, Fabric fabric) {
        YamlFields fields = value.fields();
        YamlValue cable = fields.require("link");
        List<YamlValue> ends = cable.items();
        if (ends.size() != 2) {
            throw cable.refused("two names of nodes belong here: [one, other]");
        }
        String one = ends.get(0).text();
        String other = ends.get(1).text();
        requireLink(cable, one, other, fabric);
        String kind = fields.require("kind").oneOf("down", "lossy", "slow", "black-hole", "flapping");
        LinkFault fault = switch (kind) {
            case "lossy" -> new LinkFault.Lossy(fields.require("probability").number(0, Math.nextDown(1.0)));
            case "slow" -> new LinkFault.Slow(fields.require("factor").number(1e-6, 1));
            case "black-hole" -> new LinkFault.BlackHole();
            default -> new LinkFault.Down();
        };
        boolean flaps = kind.equals("flapping");
        long fromPs = fields.quantity("from", Units.TIMES_PS, 0, 0);
        YamlValue until = flaps ? fields.require("until") : fields.find("until");
        long untilPs = until == null ? EventQueue.NEVER : until.quantity(Units.TIMES_PS, 1);
        if (until != null && untilPs <= fromPs) {
            throw until.refused("not after the fault began");
        }
        YamlValue bothWays = flaps ? null : fields.find("both-ways");
        FaultLine line = new FaultLine(
                one,
                other,
                bothWays == null || bothWays.yesOrNo(),
                fault,
                fromPs,
                untilPs,
                flaps ? fields.require("down").quantity(Units.TIMES_PS, 1) : 0,
                flaps ? fields.require("up").quantity(Units.TIMES_PS, 1) : 0);
        fields.end();
        return line;
    }

    private static void requireLink(YamlValue cable, String one, String other, Fabric fabric) {
        TreeMap<String, Boolean> names = new TreeMap<>();
        boolean found = false;
        for (Link link : fabric.links()) {
            names.put(link.from().name(), true);
            found |= link.from().name().equals(one) && link.to().name().equals(other);
        }
        for (String name : List.of(one, other)) {
            if (!names.containsKey(name)) {
                throw cable.refused("no such node: " + name);
            }
        }
        if (!found) {
            throw cable.refused("no cable between " + one + " and " + other);
        }
    }

    @Override
    public String toString() {
        return file;
    }
}
