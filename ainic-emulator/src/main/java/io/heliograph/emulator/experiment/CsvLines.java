package io.heliograph.emulator.experiment;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.input.YamlValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file of comma-separated values that an experiment names, a line at a time, with hosts by their names; what is wrong is named with file and line. What follows a {@code #} at the beginning of a line is a comment. */
final class CsvLines {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");

    private final YamlValue named;
    private final String what;
    private final Path path;
    private final List<String> titles;
    private final List<String> longerTitles;
    private int width;
    private final Map<String, Integer> hosts = new HashMap<>();
    private long line = 1;

    /** Takes a line below the titles. */
    interface Row {
        void add(List<String> values);
    }

    /**
     * A file.
     *
     * @param named where the experiment names it
     * @param what it is called if it cannot be read
     */
    CsvLines(YamlValue named, String what, Path experiment, Fabric fabric, List<String> titles) {
        this(named, what, experiment, fabric, titles, titles);
    }

    /** The same, with more titles that may be there. */
    CsvLines(
            YamlValue named,
            String what,
            Path experiment,
            Fabric fabric,
            List<String> titles,
            List<String> longerTitles) {
        this.named = named;
        this.what = what;
        this.titles = titles;
        this.longerTitles = longerTitles;
        path = experiment.resolveSibling(named.text());
        for (int host = 0; host < fabric.hosts(); host++) {
            hosts.put(fabric.port(host).name(), host);
        }
    }

    /** Reads all lines, each with a value for each title. */
    void read(Row rows) {
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .commentStrategy(CommentStrategy.SKIP)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(path)) {
            boolean titled = false;
            for (CsvRecord row : csv) {
                line = row.getStartingLineNumber();
                List<String> values = row.getFields();
                if (!titled && !values.equals(titles) && !values.equals(longerTitles)) {
                    throw refused("the titles " + String.join(",", longerTitles) + " belong here", null);
                } else if (titled && values.size() != width) {
                    throw refused(values.size() + " values; " + width + " belong here", null);
                } else if (titled) {
                    rows.add(values);
                }
                width = values.size();
                titled = true;
                line++;
            }
        } catch (CsvParseException e) {
            throw refused("not comma-separated values: " + e.getMessage(), e);
        } catch (IOException | UncheckedIOException e) {
            throw new InputFileException(named.where(), what + " cannot be read: " + e, e);
        }
    }

    int host(String name) {
        Integer host = hosts.get(name.strip());
        if (host == null) {
            throw refused("no such host: " + name.strip(), null);
        }
        return host;
    }

    long number(String text, long greatest) {
        long value = NUMBER.matcher(text.strip()).matches() ? Long.parseLong(text.strip()) : -1;
        if (value < 0 || value > greatest) {
            throw refused("not a whole number up to " + greatest + ": " + text.strip(), null);
        }
        return value;
    }

    /** Something is wrong in the line at hand. */
    InputFileException refused(String why, @Nullable Throwable cause) {
        return new InputFileException(path + ":" + line, why, cause);
    }
}
