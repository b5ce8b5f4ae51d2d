package io.heliograph.offload.energy;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The constants of a device, each with its source: comma-separated values under the titles {@code constant,value,unit,source}, every {@link EnergyConstant} once.
 *
 * @param name for people
 * @param entries by constant
 */
public record DeviceDescription(String name, Map<EnergyConstant, Entry> entries) {

    private static final String PROTOTYPE = "prototype.csv";
    private static final List<String> TITLES = List.of("constant", "value", "unit", "source");

    /**
     * One constant.
     *
     * @param value in the constant's unit
     * @param source where it comes from
     */
    public record Entry(double value, String source) {}

    /** Refuses a description that lacks a constant. */
    public DeviceDescription {
        entries = Map.copyOf(entries);
        for (EnergyConstant constant : EnergyConstant.values()) {
            if (!entries.containsKey(constant)) {
                throw new IllegalArgumentException("a constant is missing: device=" + name + " constant="
                        + constant.text() + " unit=" + constant.unit());
            }
        }
    }

    /** LIGHTNING's prototype with one core, of published parts. */
    public static DeviceDescription prototype() {
        try (InputStream in = DeviceDescription.class.getResourceAsStream(PROTOTYPE)) {
            if (in == null) {
                throw new IllegalStateException("the shipped description is missing: resource=" + PROTOTYPE);
            }
            try (Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
                return read("prototype", text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a description.
     *
     * @throws IOException if it cannot be read or makes no sense, with file and line
     */
    public static DeviceDescription read(Path file) throws IOException {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return read(file.toString(), text);
        }
    }

    private static DeviceDescription read(String name, Reader text) throws IOException {
        Map<EnergyConstant, Entry> entries = new EnumMap<>(EnergyConstant.class);
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(text)) {
            boolean titles = true;
            for (CsvRecord record : reader) {
                if (titles) {
                    check(record.getFields().equals(TITLES), name, record, "the titles are not " + TITLES);
                    titles = false;
                    continue;
                }
                check(record.getFieldCount() == TITLES.size(), name, record, "fields=" + record.getFieldCount());
                EnergyConstant constant = constant(name, record);
                check(
                        constant.unit().equals(record.getField(2).strip()),
                        name,
                        record,
                        "the unit of " + constant.text() + " is " + constant.unit());
                check(!record.getField(3).isBlank(), name, record, constant.text() + " has no source");
                Entry entry = new Entry(
                        value(name, record, constant), record.getField(3).strip());
                check(entries.put(constant, entry) == null, name, record, constant.text() + " is there twice");
            }
            return new DeviceDescription(name, entries);
        } catch (CsvParseException | IllegalArgumentException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new IOException(name + ": " + e.getMessage(), e);
        }
    }

    private static EnergyConstant constant(String name, CsvRecord record) throws IOException {
        for (EnergyConstant constant : EnergyConstant.values()) {
            if (constant.text().equals(record.getField(0).strip())) {
                return constant;
            }
        }
        throw refused(name, record, "no such constant: " + record.getField(0));
    }

    private static double value(String name, CsvRecord record, EnergyConstant constant) throws IOException {
        double value;
        try {
            value = Double.parseDouble(record.getField(1).strip());
        } catch (NumberFormatException e) {
            throw refused(name, record, constant.text() + " is no number: " + record.getField(1));
        }
        boolean divides = constant == EnergyConstant.WAVELENGTH || constant == EnergyConstant.WALL_PLUG_EFFICIENCY;
        check(
                value >= 0 && value < Double.POSITIVE_INFINITY && !(divides && value == 0),
                name,
                record,
                constant.text() + "=" + value + " makes no sense");
        return value;
    }

    private static void check(boolean right, String name, CsvRecord record, String otherwise) throws IOException {
        if (!right) {
            throw refused(name, record, otherwise);
        }
    }

    private static IOException refused(String name, CsvRecord record, String why) {
        return new IOException(name + ":" + record.getStartingLineNumber() + ": " + why);
    }

    /** Joules, watts or metres, or for those that have none of them the value itself. */
    double si(EnergyConstant constant) {
        return entry(constant).value() * constant.toSi();
    }

    /** A constant. */
    public Entry entry(EnergyConstant constant) {
        Entry entry = entries.get(constant);
        if (entry == null) {
            throw new IllegalStateException("a constant is missing: constant=" + constant.text());
        }
        return entry;
    }
}
