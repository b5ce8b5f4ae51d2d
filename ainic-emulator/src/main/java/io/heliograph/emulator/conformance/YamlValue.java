package io.heliograph.emulator.conformance;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value of a YAML file that knows its line: readers ask it for what they expect, and it says where that is not so. */
final class YamlValue {
    private final String file;
    private final Node node;

    private YamlValue(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /** The one document of a file. */
    static YamlValue parse(String file, String text) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (root == null) {
                throw new ScenarioFormatException(file + ":1", "the file is empty");
            }
            return new YamlValue(file, root);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
            throw new ScenarioFormatException(file + ":" + (line + 1), "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new ScenarioFormatException(file + ":1", "not YAML: " + e.getMessage());
        }
    }

    /** The file and line of this value. */
    String where() {
        return file + ":" + (node.getStartMark().getLine() + 1);
    }

    ScenarioFormatException error(String what) {
        return new ScenarioFormatException(where(), what);
    }

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The entries of a mapping, in their order; each key once. */
    Map<String, YamlValue> map() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("names and values are expected here, such as {psn: 0}");
        }
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        for (NodeTuple each : mapping.getValue()) {
            YamlValue key = new YamlValue(file, each.getKeyNode());
            if (entries.put(key.text(), new YamlValue(file, each.getValueNode())) != null) {
                throw key.error("'" + key.text() + "' is there twice");
            }
        }
        return entries;
    }

    /** The entries of a mapping that may have these keys and no others. */
    Map<String, YamlValue> map(Set<String> known) {
        Map<String, YamlValue> entries = map();
        entries.forEach((key, value) -> {
            if (!known.contains(key)) {
                throw value.error("unknown key '" + key + "'; known are " + String.join(", ", new TreeSet<>(known)));
            }
        });
        return entries;
    }

    /** The elements of a list, or the value itself as the only one. */
    List<YamlValue> list() {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(this);
        }
        List<YamlValue> elements = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            elements.add(new YamlValue(file, each));
        }
        return elements;
    }

    /** A scalar as it is written. */
    String text() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("a single value is expected here");
        }
        return scalar.getValue().strip();
    }

    boolean flag() {
        return switch (text()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error("'" + text() + "' is neither true nor false");
        };
    }

    Expression expression() {
        return Expression.parse(text(), this);
    }

    /** A time, such as 20ms or rto. */
    Expression duration() {
        return Expression.duration(text(), this);
    }

    /** Hexadecimal bytes, blanks between them at will. */
    byte[] hex() {
        String digits = text().replace(" ", "");
        if (digits.length() % 2 != 0 || !digits.matches("[0-9a-fA-F]*")) {
            throw error("'" + text() + "' is not a row of hexadecimal bytes");
        }
        byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    static YamlValue require(Map<String, YamlValue> map, String key, YamlValue owner) {
        YamlValue value = map.get(key);
        if (value == null) {
            throw owner.error("'" + key + "' is missing");
        }
        return value;
    }

    static @Nullable Expression optional(Map<String, YamlValue> map, String key) {
        YamlValue value = map.get(key);
        return value == null ? null : value.expression();
    }

    static boolean flag(Map<String, YamlValue> map, String key) {
        YamlValue value = map.get(key);
        return value != null && value.flag();
    }
}
