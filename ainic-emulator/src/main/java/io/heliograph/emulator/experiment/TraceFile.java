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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads messages and when each begins from comma-separated values: the titles {@code start_ns,source,destination,bytes}, then one message a line, with hosts by their names. What follows a {@code #} at the beginning of a line is a comment. */
final class TraceFile {
    private static final List<String> TITLES = List.of("start_ns", "source", "destination", "bytes");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,15}");
    private static final long PS_PER_NS = 1000;

    private final YamlValue named;
    private final Path path;
    private final Map<String, Integer> hosts = new HashMap<>();
    private final long longestBytes;

    TraceFile(YamlValue named, Path experiment, Fabric fabric, long longestBytes) {
        this.named = named;
        path = experiment.resolveSibling(named.text());
        this.longestBytes = longestBytes;
        for (int host = 0; host < fabric.hosts(); host++) {
            hosts.put(fabric.port(host).name(), host);
        }
    }

    Workload read() {
        List<Step> steps = new ArrayList<>();
        long line = 1;
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .commentStrategy(CommentStrategy.SKIP)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(path)) {
            boolean titled = false;
            for (CsvRecord row : csv) {
                line = row.getStartingLineNumber();
                if (titled) {
                    add(steps, row.getFields(), line);
                } else if (!row.getFields().equals(TITLES)) {
                    throw refused(line, "the titles " + String.join(",", TITLES) + " belong here", null);
                }
                titled = true;
                line++;
            }
        } catch (CsvParseException e) {
            throw refused(line, "not comma-separated values: " + e.getMessage(), e);
        } catch (IOException | UncheckedIOException e) {
            throw new InputFileException(named.where(), "trace cannot be read: " + e, e);
        }
        if (steps.isEmpty()) {
            throw refused(line, "no message", null);
        }
        int most = 0;
        for (Step step : steps) {
            most = Math.max(most, Math.max(step.from(), step.to()));
        }
        return new Patterns.Trace(most + 1, List.copyOf(steps));
    }

    /** Nothing waits for a message, so its start is a delay from the beginning. */
    private void add(List<Step> steps, List<String> row, long line) {
        if (row.size() != TITLES.size()) {
            throw refused(line, row.size() + " values; " + TITLES.size() + " belong here", null);
        }
        long startNs = number(row.get(0), line, Long.MAX_VALUE / PS_PER_NS / 1000);
        int from = host(row.get(1), line);
        int to = host(row.get(2), line);
        long bytes = number(row.get(3), line, longestBytes);
        if (from == to || bytes == 0) {
            throw refused(line, "a message goes from one host to another and has bytes", null);
        }
        steps.add(new Step(from, to, bytes, 0, startNs * PS_PER_NS));
    }

    private int host(String name, long line) {
        Integer host = hosts.get(name.strip());
        if (host == null) {
            throw refused(line, "no such host: " + name.strip(), null);
        }
        return host;
    }

    private long number(String text, long line, long greatest) {
        long value = NUMBER.matcher(text.strip()).matches() ? Long.parseLong(text.strip()) : -1;
        if (value < 0 || value > greatest) {
            throw refused(line, "not a whole number up to " + greatest + ": " + text.strip(), null);
        }
        return value;
    }

    private InputFileException refused(long line, String why, @Nullable Throwable cause) {
        return new InputFileException(path + ":" + line, why, cause);
    }
}
