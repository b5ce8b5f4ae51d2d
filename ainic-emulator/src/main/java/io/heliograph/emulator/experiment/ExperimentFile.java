package io.heliograph.emulator.experiment;

import io.heliograph.emulator.experiment.Experiment.Network;
import io.heliograph.emulator.experiment.Experiment.Times;
import io.heliograph.emulator.fabric.EcnMarking;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.Node;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Tunables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads an experiment from a YAML file, and checks all of it: what is read can run. EXPERIMENTS.md says what a file may have.
 *
 * <p>Paths in a file are relative to it. Anything wrong ends it with an {@link InputFileException} that names file and line: unknown keys and units, values out of range, nodes and links that do not exist, topologies that
 * are none, routes that go in circles.
 */
public final class ExperimentFile {
    private static final int MOST_SEEDS = 1000;

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
     * @throws InputFileException if it is wrong
     */
    public static Experiment read(Path path) throws IOException {
        return parse(path, Files.readString(path));
    }

    /**
     * The fabric of a file's {@code topology} alone, at time 0; whatever else is in the file is not looked at.
     *
     * @throws IOException if it cannot be read
     * @throws InputFileException if it is wrong
     */
    public static Fabric readFabric(Path path) throws IOException {
        YamlValue topology = YamlValue.parse(path.toString(), Files.readString(path))
                .fields()
                .require("topology");
        return build(topology, new TopologyReader(path).read(topology), FabricConfig.DEFAULT);
    }

    /** As {@link #read}, for text that is there already; {@code path} is where it would be. */
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
        SwitchConfig switches = FabricReader.switches(fields.find("switch"));
        FabricConfig config = FabricReader.config(fields.find("fabric"))
                .withEcnCapable(!(switches.marking() instanceof EcnMarking.Off));
        TransportSettings transport = transport(fields.find("transport"));
        YamlValue modesValue = fields.require("modes");
        YamlValue workloadValue = fields.require("workload");
        List<YamlValue> routeValues = list(fields.find("routes"));
        List<YamlValue> faultValues = list(fields.find("faults"));
        fields.end();

        List<GivenRoute> routes = new ArrayList<>();
        List<FaultLine> faults = new ArrayList<>();
        List<Mode> modes;
        Workload workload;
        try (Fabric fabric = build(topology, shape, config)) {
            routeValues.forEach(each -> routes.add(route(each, fabric)));
            refuseCircles(routes, fabric);
            faultValues.forEach(each -> faults.add(FaultReader.fault(each, fabric)));
            modes = new ModeReader(path, switches, config.mtuBytes(), hosts(fabric)).modes(modesValue);
            workload = new WorkloadReader(path, fabric).read(workloadValue);
            if (workload.hosts() > fabric.hosts()) {
                throw workloadValue.error("takes " + workload.hosts() + " hosts, the topology has " + fabric.hosts());
            }
            checkTables(modesValue, modes, workload, fabric);
            checkControllers(modesValue, modes, workload, fabric, transport);
        }
        if (workload.stepCount() > Workload.MOST_STEPS) {
            throw workloadValue.error(
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

    private static void checkTables(YamlValue value, List<Mode> modes, Workload workload, Fabric fabric) {
        for (Mode mode : modes) {
            if (mode.ofOthers() instanceof Mode.Planned planned) {
                if (planned.bySlot() && workload.momentsNs().length == 0) {
                    throw value.error("rates by slot need a workload of kind steps, which says what belongs to which");
                }
                try {
                    new PlannedRates(planned.table(), fabric);
                } catch (IllegalArgumentException e) {
                    throw value.place().error(e);
                }
            }
        }
    }

    private static Map<String, Integer> hosts(Fabric fabric) {
        Map<String, Integer> hosts = new HashMap<>();
        for (int host = 0; host < fabric.hosts(); host++) {
            hosts.put(fabric.port(host).name(), host);
        }
        return hosts;
    }

    private static void checkControllers(
            YamlValue value, List<Mode> modes, Workload workload, Fabric fabric, TransportSettings transport) {
        for (Mode mode : modes) {
            if (mode.pacing() instanceof Mode.Granted granted) {
                if (granted.settings().host() < workload.hosts()) {
                    throw value.error("mode " + mode.name() + ": the controller's host is one of the "
                            + workload.hosts() + " of the workload; extra-hosts of the topology are further ones");
                }
                if (!workload.messageGroups().containsAll(granted.groups())) {
                    throw value.error("mode " + mode.name() + ": groups are " + workload.messageGroups()
                            + " in this workload, and not all of " + granted.groups());
                }
                try {
                    SlotNetwork _ = new SlotNetwork(fabric, workload.hosts(), transport.paths());
                } catch (IllegalArgumentException e) {
                    throw value.place().error(e);
                }
            }
        }
    }

    private static List<YamlValue> list(@Nullable YamlValue value) {
        return value == null ? List.of() : value.list();
    }

    private static List<Long> seeds(YamlValue value) {
        List<Long> seeds = new ArrayList<>();
        if (value.isList()) {
            value.items().forEach(each -> seeds.add(each.integer(-Long.MAX_VALUE, Long.MAX_VALUE)));
        } else {
            seeds.add(value.integer(-Long.MAX_VALUE, Long.MAX_VALUE));
        }
        if (new HashSet<>(seeds).size() < seeds.size() || seeds.size() > MOST_SEEDS) {
            throw value.error("from 1 to " + MOST_SEEDS + " different seeds belong here");
        }
        return seeds;
    }

    private static Fabric build(YamlValue topology, Experiment.Shape shape, FabricConfig config) {
        try {
            return shape.with(SwitchConfig.of(1)).build(config);
        } catch (IllegalArgumentException e) {
            throw topology.place().error(e);
        }
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
            throw window.error("a power of two belongs here, not " + windowPackets);
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
                warmUp != null && warmUp.flag());
        fields.end();
        return settings;
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
                        .error("route: frames to " + route.to() + " go in circles: "
                                + names.stream().collect(Collectors.joining(" > ")) + " > " + names.getFirst());
            }
        }
    }

    @Override
    public String toString() {
        return file;
    }
}
