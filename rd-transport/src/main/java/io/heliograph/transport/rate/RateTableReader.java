package io.heliograph.transport.rate;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.heliograph.transport.IpAddress;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one {@link RateTableFile}: settings, the row of titles, then phases, which are collected until their flow is complete. */
final class RateTableReader {
    private static final int SOURCE = 0;
    private static final int DESTINATION = 1;
    private static final int CLASS = 2;
    private static final int PERIOD = 3;
    private static final int PHASE_START = 4;
    private static final int RATE = 5;
    private static final int SETTING_FIELDS = 2;
    private static final int MOST_DIGITS = 19;
    private static final int MOST_SHOWN = 40;

    private final String name;
    private final Map<String, Long> settings = new HashMap<>();
    private final Map<String, Long> settingLines = new HashMap<>();
    /** The phases of the flow at hand, and the lines they are on. */
    private final List<Phase> phases = new ArrayList<>();

    private final List<Long> lines = new ArrayList<>();
    private RateTable.@Nullable Builder builder;
    private @Nullable FlowKey flow;
    /** 0 if the flow's rate never changes. */
    private long periodNs;

    private boolean anyFlow;
    private long line = 1;

    RateTableReader(String name) {
        this.name = name;
    }

    RateTable read(Reader text) throws IOException {
        // Rows of any length, so that the error about one is ours, with its line.
        try (CsvReader<CsvRecord> csv = CsvReader.builder()
                .commentStrategy(CommentStrategy.SKIP)
                .skipEmptyLines(true)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(text)) {
            for (CsvRecord row : csv) {
                line = row.getStartingLineNumber();
                take(row.getFields());
            }
        } catch (CsvParseException e) {
            throw new RateTableFormatException(name, line, "not comma-separated values: " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return end();
    }

    private void take(List<String> row) throws RateTableFormatException {
        RateTable.Builder begun = builder;
        if (begun != null) {
            takePhase(begun, row);
        } else if (isTitles(row)) {
            builder = begin();
        } else {
            takeSetting(row);
        }
    }

    private static boolean isTitles(List<String> row) {
        List<String> titles = new ArrayList<>(row);
        titles.replaceAll(String::strip);
        return titles.equals(RateTableFile.COLUMNS);
    }

    private void takeSetting(List<String> row) throws RateTableFormatException {
        String setting = row.getFirst().strip();
        boolean known = setting.equals(RateTableFile.LINE_RATE)
                || setting.equals(RateTableFile.START)
                || setting.equals(RateTableFile.OTHER_RATE);
        if (!known || row.size() != SETTING_FIELDS) {
            throw wrong("neither a setting (" + RateTableFile.LINE_RATE + ", " + RateTableFile.START + ", "
                    + RateTableFile.OTHER_RATE + ", each with one value) nor the titles "
                    + String.join(",", RateTableFile.COLUMNS) + ": " + shown(String.join(",", row)));
        }
        if (settings.putIfAbsent(setting, number(setting, row.getLast())) != null) {
            throw wrong(setting + " is set already, on line " + settingLines.get(setting));
        }
        settingLines.put(setting, line);
    }

    private RateTable.Builder begin() throws RateTableFormatException {
        Long lineRate = settings.get(RateTableFile.LINE_RATE);
        if (lineRate == null) {
            throw wrong(RateTableFile.LINE_RATE + " is missing before the flows; no flow may be faster");
        }
        RateTable.Builder begun;
        try {
            begun = RateTable.builder(lineRate);
        } catch (IllegalArgumentException e) {
            throw wrong(lineOf(RateTableFile.LINE_RATE), e);
        }
        Long start = settings.get(RateTableFile.START);
        if (start != null) {
            begun.startNs(start);
        }
        Long otherRate = settings.get(RateTableFile.OTHER_RATE);
        if (otherRate != null) {
            try {
                begun.otherFlows(otherRate);
            } catch (IllegalArgumentException e) {
                throw wrong(lineOf(RateTableFile.OTHER_RATE), e);
            }
        }
        return begun;
    }

    private long lineOf(String setting) {
        return settingLines.getOrDefault(setting, line);
    }

    private void takePhase(RateTable.Builder begun, List<String> row) throws RateTableFormatException {
        if (row.size() != RateTableFile.COLUMNS.size()) {
            throw wrong("fields=" + row.size() + "; a phase has " + RateTableFile.COLUMNS.size() + ": "
                    + String.join(",", RateTableFile.COLUMNS));
        }
        long trafficClass = number("class", row.get(CLASS));
        if (trafficClass < 0 || trafficClass >= FlowKey.TRAFFIC_CLASSES) {
            throw wrong("class=" + trafficClass + "; 0 to 7 is possible");
        }
        FlowKey key = new FlowKey(address(row, SOURCE), address(row, DESTINATION), (int) trafficClass);
        boolean constant = row.get(PERIOD).isBlank() && row.get(PHASE_START).isBlank();
        long rowPeriodNs = constant ? 0 : number("period_ns", row.get(PERIOD));
        long startNs = constant ? 0 : number("start_ns", row.get(PHASE_START));
        if (!constant && rowPeriodNs <= 0) {
            throw wrong("period_ns=" + rowPeriodNs + "; from 1 to " + RateTable.MAX_PERIOD_NS + " is possible");
        }
        if (!key.equals(flow)) {
            complete(begun);
            flow = key;
            periodNs = rowPeriodNs;
        } else if (rowPeriodNs != periodNs || constant) {
            throw wrong(
                    constant || periodNs == 0
                            ? "flow=" + key + " is listed already, on line " + lines.getFirst()
                                    + "; a flow without a period has one row"
                            : "period_ns=" + rowPeriodNs + "; the flow's first phase, on line " + lines.getFirst()
                                    + ", says " + periodNs);
        }
        phases.add(new Phase(startNs, number("rate_bps", row.get(RATE))));
        lines.add(line);
    }

    private void complete(RateTable.Builder begun) throws RateTableFormatException {
        FlowKey key = flow;
        if (key == null) {
            return;
        }
        long period = periodNs == 0 ? RateTable.MAX_PERIOD_NS : periodNs;
        try {
            begun.flow(key.source(), key.destination(), key.trafficClass(), period, phases);
        } catch (RefusedPhaseException e) {
            throw wrong(lines.get(e.phase()), e);
        } catch (IllegalArgumentException e) {
            throw wrong(lines.getFirst(), e);
        }
        anyFlow = true;
        phases.clear();
        lines.clear();
    }

    private RateTable end() throws RateTableFormatException {
        RateTable.Builder begun = builder;
        if (begun == null) {
            throw wrong(
                    settings.isEmpty()
                            ? "empty: " + RateTableFile.LINE_RATE + ",RATE is expected, then "
                                    + String.join(",", RateTableFile.COLUMNS)
                            : "ends before the titles " + String.join(",", RateTableFile.COLUMNS));
        }
        complete(begun);
        if (!anyFlow && !settings.containsKey(RateTableFile.OTHER_RATE)) {
            throw wrong("no flow is listed and no " + RateTableFile.OTHER_RATE + " is set: it would change nothing");
        }
        return begun.build();
    }

    private IpAddress address(List<String> row, int column) throws RateTableFormatException {
        String text = row.get(column).strip();
        try {
            // 10.0.1 would be 10.0.0.1, which people who leave a part out do not mean.
            if (text.indexOf(':') >= 0 || text.chars().filter(c -> c == '.').count() == 3) {
                return IpAddress.parse(text);
            }
        } catch (IllegalArgumentException e) {
            // The same error, with the column and the line.
        }
        throw wrong(RateTableFile.COLUMNS.get(column) + "=" + shown(text)
                + " is not an IP address; give a literal such as 10.0.0.1 or fd00::1");
    }

    private long number(String what, String field) throws RateTableFormatException {
        String text = field.strip();
        int first = text.startsWith("-") ? 1 : 0;
        boolean whole = text.length() > first && text.length() - first <= MOST_DIGITS;
        for (int i = first; whole && i < text.length(); i++) {
            whole = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        try {
            if (whole) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // More than 63 bits: the same error.
        }
        throw wrong(what + "=" + shown(text) + " is not a whole number, or one of more than 63 bits");
    }

    /** Text from a file as it may be shown on a terminal. */
    private static String shown(String text) {
        String start = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
        return '"' + start.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    private RateTableFormatException wrong(String why) {
        return new RateTableFormatException(name, line, why);
    }

    private RateTableFormatException wrong(long where, IllegalArgumentException why) {
        return new RateTableFormatException(name, where, String.valueOf(why.getMessage()), why);
    }
}
