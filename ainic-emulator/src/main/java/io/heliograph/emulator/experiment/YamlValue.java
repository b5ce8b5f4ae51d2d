package io.heliograph.emulator.experiment;

import io.heliograph.emulator.topology.Units;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A value in a YAML file, which knows its line: every way to read it either gives what was asked for or an error that names the place. */
final class YamlValue {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final int MOST_SHOWN = 60;

    private final String file;
    private final String name;
    private final Node node;

    YamlValue(String file, String name, Node node) {
        this.file = file;
        this.name = name;
        this.node = node;
    }

    /**
     * The one document of a file.
     *
     * @param file as errors call it
     */
    static YamlValue parse(String file, String text) {
        try {
            Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
            if (root == null) {
                throw new Place(file, 1).refused("nothing is in the file");
            }
            return new YamlValue(file, "the file", root);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            throw new ExperimentFileException(
                    new Place(file, mark == null ? 1 : mark.getLine() + 1) + ": not YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new ExperimentFileException(new Place(file, 1) + ": not YAML: " + e.getMessage(), e);
        }
    }

    /** Where it stands. */
    Place place() {
        return new Place(file, node.getStartMark().getLine() + 1);
    }

    ExperimentFileException refused(String why) {
        return place().refused(name + ": " + why);
    }

    /** Its keys and values. */
    YamlFields fields() {
        if (!(node instanceof MappingNode mapping)) {
            throw refused("keys with values belong here, not " + shown());
        }
        return new YamlFields(file, name, mapping);
    }

    /** Its items, at least one. */
    List<YamlValue> items() {
        if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw refused("a list of at least one item belongs here, not " + shown());
        }
        List<YamlValue> items = new ArrayList<>();
        for (Node each : sequence.getValue()) {
            items.add(new YamlValue(file, name, each));
        }
        return items;
    }

    /** Whether it is a list. */
    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Its text. */
    String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw refused("one value belongs here, not " + shown());
        }
        return scalar.getValue().strip();
    }

    /** A whole number. */
    long integer(long least, long greatest) {
        String text = text();
        long value = WHOLE_NUMBER.matcher(text).matches() ? Long.parseLong(text) : Long.MIN_VALUE;
        if (value < least || value > greatest) {
            throw refused("a whole number from " + least + " to " + greatest + " belongs here, not " + text);
        }
        return value;
    }

    /** The same as an int. */
    int count(int least, int greatest) {
        return (int) integer(least, greatest);
    }

    /** A number. */
    double number(double least, double greatest) {
        double value;
        try {
            value = Double.parseDouble(text());
        } catch (NumberFormatException e) {
            throw new ExperimentFileException(place() + ": " + name + ": not a number: " + text(), e);
        }
        if (!(value >= least && value <= greatest)) {
            throw refused("a number from " + least + " to " + greatest + " belongs here, not " + text());
        }
        return value;
    }

    /** A number with a unit, in the smallest one. */
    long quantity(Units units, long least) {
        long value;
        try {
            value = units.parse(text());
        } catch (IllegalArgumentException e) {
            throw new ExperimentFileException(place() + ": " + name + ": " + e.getMessage(), e);
        }
        if (value < least) {
            throw refused("too small: " + text());
        }
        return value;
    }

    boolean yesOrNo() {
        return oneOf("true", "false").equals("true");
    }

    /** One of some words. */
    String oneOf(String... words) {
        String text = text();
        for (String word : words) {
            if (word.equals(text)) {
                return text;
            }
        }
        throw refused("unknown: " + text + "; known are " + String.join(", ", words));
    }

    private String shown() {
        @Nullable
        String text = node instanceof ScalarNode scalar
                ? scalar.getValue()
                : node instanceof SequenceNode ? "a list" : "keys";
        return text.isBlank() ? "nothing" : text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "..." : text;
    }
}
