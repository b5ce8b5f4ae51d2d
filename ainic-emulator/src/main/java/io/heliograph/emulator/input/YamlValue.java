package io.heliograph.emulator.input;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value in a YAML file, which knows its line: every way to read it gives either what was asked for or an {@link InputFileException} that names the place. */
public final class YamlValue {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final int MOST_SHOWN = 60;
    private static final long MOST_DIGITS = 999_999_999_999_999_999L;

    private final String file;
    private final String name;
    /** Where its key stands; where it stands itself if it has none. */
    private final Place keyPlace;

    private final Node node;

    private YamlValue(String file, String name, Place keyPlace, Node node) {
        this.file = file;
        this.name = name;
        this.keyPlace = keyPlace;
        this.node = node;
    }

    /**
     * The one document of a file.
     *
     * @param file as errors call it
     */
    public static YamlValue parse(String file, String text) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root == null) {
                throw new Place(file, 1).error("nothing is in the file");
            }
            return new YamlValue(file, "the file", place(file, root), root);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw notYaml(new Place(file, mark == null ? 1 : mark.getLine() + 1), e.getProblem(), e);
        } catch (YAMLException e) {
            throw notYaml(new Place(file, 1), e.getMessage(), e);
        }
    }

    private static InputFileException notYaml(Place place, @Nullable String problem, YAMLException cause) {
        return new InputFileException(place.toString(), "not YAML: " + problem, cause);
    }

    private static Place place(String file, Node node) {
        return new Place(file, node.getStartMark().getLine() + 1);
    }

    /** Where it stands. */
    public Place place() {
        return place(file, node);
    }

    /** The same as text, such as {@code R4.yaml:12}. */
    public String where() {
        return place().toString();
    }

    /** An error there, with the name of the value in front. */
    public InputFileException error(String what) {
        return place().error(name + ": " + what);
    }

    private InputFileException error(Exception cause) {
        return new InputFileException(where(), name + ": " + cause.getMessage(), cause);
    }

    /** Whether it is keys with values. */
    public boolean isMap() {
        return node instanceof MappingNode;
    }

    /** Whether it is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Its keys and values, each to be asked for by name. */
    public YamlFields fields() {
        return new YamlFields(this);
    }

    /** Its keys and values, in their order; each key once. */
    public Map<String, YamlValue> map() {
        if (!(node instanceof MappingNode mapping)) {
            throw error("keys with values belong here, not " + shown());
        }
        Map<String, YamlValue> entries = new LinkedHashMap<>();
        for (NodeTuple each : mapping.getValue()) {
            Place at = place(file, each.getKeyNode());
            if (!(each.getKeyNode() instanceof ScalarNode key)) {
                throw at.error(name + ": a key must be one word");
            }
            YamlValue before = entries.put(
                    key.getValue().strip(), new YamlValue(file, key.getValue().strip(), at, each.getValueNode()));
            if (before != null) {
                throw at.error(name + ": " + before.name + " is there already, on line " + before.keyPlace.line());
            }
        }
        return entries;
    }

    /** The same, with no other keys than these. */
    public Map<String, YamlValue> map(Set<String> known) {
        Map<String, YamlValue> entries = map();
        refuseOthers(entries, known);
        return entries;
    }

    void refuseOthers(Map<String, YamlValue> entries, Set<String> known) {
        for (YamlValue each : entries.values()) {
            if (!known.contains(each.name)) {
                throw each.keyPlace.error(name + ": unknown key '" + each.name + "'; known here are "
                        + String.join(", ", new TreeSet<>(known)));
            }
        }
    }

    /** Its items, at least one. */
    public List<YamlValue> items() {
        if (!isList() || list().isEmpty()) {
            throw error("a list of at least one item belongs here, not " + shown());
        }
        return list();
    }

    /** Its items, none if it is an empty list; or itself as the only one if it is no list. */
    public List<YamlValue> list() {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(this);
        }
        List<YamlValue> items = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            items.add(new YamlValue(file, name, place(file, each), each));
        }
        return items;
    }

    /** Its text. */
    public String text() {
        String text = scalar();
        if (text.isEmpty()) {
            throw error("one value belongs here, not nothing");
        }
        return text;
    }

    private String scalar() {
        if (!(node instanceof ScalarNode scalar)) {
            throw error("one value belongs here, not " + shown());
        }
        return scalar.getValue().strip();
    }

    /** A whole number. */
    public long integer(long least, long greatest) {
        String text = text();
        long value = WHOLE_NUMBER.matcher(text).matches() ? Long.parseLong(text) : Long.MIN_VALUE;
        if (value < least || value > greatest) {
            if (least < -MOST_DIGITS && greatest > MOST_DIGITS) {
                throw error("a whole number belongs here, not " + text);
            }
            throw error("a whole number from " + least + " to " + greatest + " belongs here, not " + text);
        }
        return value;
    }

    /** The same as an int. */
    public int count(int least, int greatest) {
        return (int) integer(least, greatest);
    }

    /** A number. */
    public double number(double least, double greatest) {
        double value;
        try {
            value = Double.parseDouble(text());
        } catch (NumberFormatException e) {
            throw new InputFileException(where(), name + ": not a number: " + text(), e);
        }
        if (!(value >= least && value <= greatest)) {
            throw error("a number from " + least + " to " + greatest + " belongs here, not " + text());
        }
        return value;
    }

    /** A number with a unit, in the smallest one. */
    public long quantity(Units units, long least) {
        long value;
        try {
            value = units.parse(text());
        } catch (IllegalArgumentException e) {
            throw error(e);
        }
        if (value < least) {
            throw error("too small: " + text());
        }
        return value;
    }

    /** {@code true} or {@code false}. */
    public boolean flag() {
        return oneOf("true", "false").equals("true");
    }

    /** One of some words. */
    public String oneOf(String... words) {
        String text = text();
        for (String word : words) {
            if (word.equals(text)) {
                return text;
            }
        }
        throw error("unknown: " + text + "; known are " + String.join(", ", words));
    }

    /** Hexadecimal bytes, blanks between them at will, none of them for an empty text. */
    public byte[] hex() {
        try {
            return HexFormat.of().parseHex(scalar().replace(" ", ""));
        } catch (IllegalArgumentException e) {
            throw new InputFileException(where(), name + ": '" + scalar() + "' is not a row of hexadecimal bytes", e);
        }
    }

    /** A value of {@link #map} that must be there; {@code owner} is what the map was asked of. */
    public static YamlValue require(Map<String, YamlValue> map, String key, YamlValue owner) {
        YamlValue value = map.get(key);
        if (value == null) {
            throw owner.error(key + " is missing");
        }
        return value;
    }

    /** A {@link #flag} of a map; false if it is not there. */
    public static boolean flag(Map<String, YamlValue> map, String key) {
        YamlValue value = map.get(key);
        return value != null && value.flag();
    }

    private String shown() {
        String text = node instanceof ScalarNode scalar
                ? scalar.getValue()
                : node instanceof SequenceNode sequence
                        ? sequence.getValue().isEmpty() ? "an empty list" : "a list"
                        : "keys with values";
        return text.isBlank() ? "nothing" : text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    }
}
