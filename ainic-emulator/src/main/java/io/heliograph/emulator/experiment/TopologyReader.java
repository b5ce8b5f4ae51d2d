package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.CircuitSchedule;
import io.heliograph.emulator.fabric.LinkConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.Units;
import io.heliograph.emulator.input.YamlFields;
import io.heliograph.emulator.input.YamlValue;
import io.heliograph.emulator.topology.GraphFile;
import io.heliograph.emulator.topology.Topologies;
import io.heliograph.emulator.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the topology of an experiment file. */
final class TopologyReader {
    /** Hosts, and nodes of any other kind. */
    private static final int MOST = 1 << 14;

    private static final int MOST_FAT_TREE_PORTS = 32;

    private final Path experiment;

    /** For the topology of a file; graph files are relative to it. */
    TopologyReader(Path experiment) {
        this.experiment = experiment;
    }

    Experiment.Shape read(YamlValue value) {
        YamlFields fields = value.fields();
        String kind = fields.require("kind").oneOf("pair", "star", "leaf-spine", "fat-tree", "optical", "graph");
        Experiment.Shape shape;
        try {
            shape = switch (kind) {
                case "pair" -> pair(fields);
                case "star" -> star(fields);
                case "leaf-spine" -> leafSpine(fields);
                case "fat-tree" -> fatTree(fields);
                case "optical" -> optical(fields);
                default -> graph(fields);
            };
            fields.end();
            // Refuses what is impossible here, where the line is known.
            Topology _ = shape.with(SwitchConfig.of(1));
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        return shape;
    }

    private static LinkConfig link(YamlValue value) {
        YamlFields fields = value.fields();
        LinkConfig config;
        try {
            config = new LinkConfig(
                    fields.require("rate").quantity(Units.RATES, 1),
                    fields.require("delay").quantity(Units.TIMES_PS, 0),
                    fields.number("bit-error-rate", 0, 0, 1),
                    fields.number("frame-error-rate", 0, 0, 1));
        } catch (IllegalArgumentException e) {
            throw value.place().error(e);
        }
        fields.end();
        return config;
    }

    private static Experiment.Shape pair(YamlFields fields) {
        LinkConfig link = link(fields.require("link"));
        return switches -> Topologies.pair(link);
    }

    private static Experiment.Shape star(YamlFields fields) {
        int hosts = fields.require("hosts").count(1, MOST);
        LinkConfig link = link(fields.require("link"));
        return switches -> Topologies.star(hosts, link, switches);
    }

    private static Experiment.Shape leafSpine(YamlFields fields) {
        int leaves = fields.require("leaves").count(1, MOST);
        int spines = fields.require("spines").count(1, MOST);
        int hosts = fields.require("hosts-per-leaf").count(1, MOST / leaves);
        LinkConfig link = link(fields.require("link"));
        @Nullable YamlValue spine = fields.find("spine-link");
        LinkConfig spineLink = spine == null ? link : link(spine);
        int extra = fields.count("extra-hosts", 0, 0, leaves);
        return switches -> Topologies.leafSpine(leaves, spines, hosts, extra, link, spineLink, switches);
    }

    private static Experiment.Shape fatTree(YamlFields fields) {
        int k = fields.require("k").count(2, MOST_FAT_TREE_PORTS);
        int oversubscription = fields.count("oversubscription", 1, 1, MOST / (k * k * k / 4));
        LinkConfig link = link(fields.require("link"));
        return switches -> Topologies.fatTree(k, oversubscription, link, switches);
    }

    private static Experiment.Shape optical(YamlFields fields) {
        YamlValue rackValue = fields.require("racks");
        int racks = rackValue.count(2, 256);
        int hosts = fields.require("hosts-per-rack").count(1, MOST / racks);
        LinkConfig link = link(fields.require("link"));
        LinkConfig light = link(fields.require("light-link"));
        long slotPs = fields.require("slot").quantity(Units.TIMES_PS, 1);
        long movesPs = fields.require("reconfiguration").quantity(Units.TIMES_PS, 0);
        YamlValue matchings = fields.require("matchings");
        CircuitSchedule schedule;
        try {
            schedule = matchings.isList()
                    ? CircuitSchedule.of(matchings(matchings, racks), slotPs, movesPs)
                    : roundRobin(matchings, racks, slotPs, movesPs);
        } catch (IllegalArgumentException e) {
            throw matchings.place().error(e);
        }
        return switches -> Topologies.opticalRacks(racks, hosts, link, light, switches, schedule);
    }

    private static CircuitSchedule roundRobin(YamlValue matchings, int racks, long slotPs, long movesPs) {
        String _ = matchings.oneOf("round-robin");
        return CircuitSchedule.roundRobin(racks, slotPs, movesPs);
    }

    private static List<int[]> matchings(YamlValue value, int racks) {
        List<int[]> matchings = new ArrayList<>();
        for (YamlValue each : value.items()) {
            List<YamlValue> ports = each.items();
            if (ports.size() != racks) {
                throw each.error("has " + ports.size() + " ports, there are " + racks + " racks");
            }
            matchings.add(
                    ports.stream().mapToInt(port -> port.count(-1, racks - 1)).toArray());
        }
        return matchings;
    }

    private Experiment.Shape graph(YamlFields fields) {
        YamlValue value = fields.require("file");
        Path path = experiment.resolveSibling(value.text());
        List<String> lines;
        try {
            lines = Files.readAllLines(path);
        } catch (IOException e) {
            throw new InputFileException(value.where(), "graph file cannot be read: " + e, e);
        }
        return switches -> GraphFile.parse(path.toString(), lines, switches);
    }
}
