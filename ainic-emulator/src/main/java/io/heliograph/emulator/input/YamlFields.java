package io.heliograph.emulator.input;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Keys with values in a YAML file: each is asked for by name, and {@link #end} refuses those that nobody asked for. */
public final class YamlFields {
    private static final int MOST_TYPOS = 2;

    private final YamlValue owner;
    private final Map<String, YamlValue> values;
    private final TreeSet<String> asked = new TreeSet<>();

    YamlFields(YamlValue owner) {
        this.owner = owner;
        values = owner.map();
    }

    /** Where they stand. */
    public Place place() {
        return owner.place();
    }

    /** A value that may be left out. */
    public @Nullable YamlValue find(String key) {
        asked.add(key);
        return values.get(key);
    }

    /** A value that must be there. */
    public YamlValue require(String key) {
        YamlValue found = find(key);
        if (found != null) {
            return found;
        }
        for (String other : values.keySet()) {
            if (!asked.contains(other) && edits(key, other) <= MOST_TYPOS) {
                throw owner.error(key + " is missing; perhaps it is meant by '" + other + "'");
            }
        }
        throw owner.error(key + " is missing");
    }

    /** How many letters must be put in, left out or replaced to make one word of another (Levenshtein's distance). */
    private static int edits(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }

    /** A {@link YamlValue#count}, or something else if it is left out. */
    public int count(String key, int otherwise, int least, int greatest) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.count(least, greatest);
    }

    /** A {@link YamlValue#number}, or something else if it is left out. */
    public double number(String key, double otherwise, double least, double greatest) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.number(least, greatest);
    }

    /** A {@link YamlValue#quantity}, or something else if it is left out. */
    public long quantity(String key, Units units, long otherwise, long least) {
        YamlValue found = find(key);
        return found == null ? otherwise : found.quantity(units, least);
    }

    /** Refuses keys that were not asked for. */
    public void end() {
        owner.refuseOthers(values, asked);
    }
}
