package io.heliograph.emulator.experiment;

import io.heliograph.emulator.topology.Units;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Keys with values in a YAML file: each is asked for by name, and {@link #end} refuses those that nobody asked for. */
final class YamlFields {
    private final String file;
    private final String name;
    private final Place place;
    private final Map<String, YamlValue> values = new LinkedHashMap<>();
    private final Map<String, Place> places = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();

    YamlFields(String file, String name, MappingNode mapping) {
        this.file = file;
        this.name = name;
        place = new Place(file, mapping.getStartMark().getLine() + 1);
        for (NodeTuple each : mapping.getValue()) {
            Place at = new Place(file, each.getKeyNode().getStartMark().getLine() + 1);
            if (!(each.getKeyNode() instanceof ScalarNode key)) {
                throw at.refused(name + ": a key must be one word");
            }
            Place before = places.putIfAbsent(key.getValue(), at);
            if (before != null) {
                throw at.refused(name + ": " + key.getValue() + " is there already, on line " + before.line());
            }
            values.put(key.getValue(), new YamlValue(file, key.getValue(), each.getValueNode()));
        }
    }

    Place place() {
        return place;
    }

    /** A value that may be left out. */
    @Nullable
    YamlValue find(String key) {
        asked.add(key);
        return values.get(key);
    }

    /** A value that must be there. */
    YamlValue require(String key) {
        YamlValue found = find(key);
        if (found == null) {
            throw place.refused(name + ": " + key + " is missing");
        }
        return found;
    }

    int count(String key, int otherwise, int least, int greatest) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.count(least, greatest);
    }

    double number(String key, double otherwise, double least, double greatest) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.number(least, greatest);
    }

    long quantity(String key, Units units, long otherwise, long least) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.quantity(units, least);
    }

    /** Refuses keys that were not asked for. */
    void end() {
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                throw new ExperimentFileException(
                        places.get(key) + ": " + name + ": unknown key: " + key + "; known here are "
                                + String.join(", ", asked),
                        null);
            }
        }
    }

    @Override
    public String toString() {
        return file + ":" + name;
    }
}
