package io.heliograph.transport.rate;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The file form of a {@link RateTable}: text that people read and compare line by line, and that spreadsheets take. Comma-separated values
 * (RFC 4180) in UTF-8, with comments from a leading {@code #} to the end of the line, and empty lines:
 *
 * <pre>
 * # What holds for the whole table: bit/s on the wire, WireBytes included; nanoseconds of the nodes' clock.
 * line_rate_bps,100000000000
 * start_ns,0
 * other_rate_bps,100000000000
 * # A row for each phase. The rows of a flow follow each other, sorted by start_ns.
 * source,destination,class,period_ns,start_ns,rate_bps
 * 198.18.0.2,198.18.0.1,0,1000000,0,25000000000
 * 198.18.0.2,198.18.0.1,0,1000000,400000,0
 * 198.18.0.2,198.18.0.3,0,,,1000000000
 * </pre>
 *
 * <p>{@code line_rate_bps} is needed; without the others the table starts at 0, and flows that are not listed have the line rate. A phase
 * lasts until the next of its flow or the end of the period; before the first there is silence. A flow whose rate never changes has one row
 * without period and start. Addresses are literals. Whole numbers, in decimal. A file lists at least one flow, or gives {@code
 * other_rate_bps}.
 *
 * <p>Any thread. Reading and writing take memory for the whole table.
 */
public final class RateTableFile {
    static final String LINE_RATE = "line_rate_bps";
    static final String START = "start_ns";
    static final String OTHER_RATE = "other_rate_bps";
    static final List<String> COLUMNS = List.of("source", "destination", "class", "period_ns", "start_ns", "rate_bps");

    private RateTableFile() {}

    /**
     * Reads a table.
     *
     * @throws RateTableFormatException if it is none, with the line
     * @throws IOException if the file cannot be read
     */
    public static RateTable read(Path file) throws IOException {
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return read(text, String.valueOf(file.getFileName()));
        }
    }

    /**
     * Reads a table from text.
     *
     * @param name what errors call it
     * @throws RateTableFormatException if it is none, with the line
     * @throws IOException if the text cannot be read
     */
    public static RateTable read(Reader text, String name) throws IOException {
        return new RateTableReader(name).read(text);
    }

    /**
     * Writes a table so that {@link #read(Path)} gives the same.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(RateTable table, Path file) throws IOException {
        try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            write(table, text);
        }
    }

    /** Writes a table as text; the writer stays open. */
    public static void write(RateTable table, Writer text) throws IOException {
        CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
        csv.writeRecord(LINE_RATE, Long.toString(table.lineRateBitsPerSecond()));
        csv.writeRecord(START, Long.toString(table.startNs()));
        csv.writeRecord(OTHER_RATE, Long.toString(table.otherRateBitsPerSecond()));
        csv.writeRecord(COLUMNS);
        for (FlowKey flow : table.flows()) {
            write(flow, table.schedule(flow), csv);
        }
        csv.flush();
    }

    private static void write(FlowKey flow, FlowSchedule schedule, CsvWriter csv) {
        String source = flow.source().toString();
        String destination = flow.destination().toString();
        String trafficClass = Integer.toString(flow.trafficClass());
        if (schedule.isConstant()) {
            csv.writeRecord(source, destination, trafficClass, "", "", Long.toString(schedule.rate(0)));
            return;
        }
        String period = Long.toString(schedule.periodNs());
        // Silence at the beginning goes without saying.
        for (int phase = schedule.rate(0) == 0 ? 1 : 0; phase < schedule.phases(); phase++) {
            csv.writeRecord(
                    source,
                    destination,
                    trafficClass,
                    period,
                    Long.toString(schedule.startNs(phase)),
                    Long.toString(schedule.rate(phase)));
        }
    }
}
