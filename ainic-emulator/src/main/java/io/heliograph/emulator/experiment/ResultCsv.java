package io.heliograph.emulator.experiment;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Results as comma-separated values: titles, then a line for each run. All figures are exact, so that two machines write the same. */
public final class ResultCsv {
    private static final double PS_PER_US = 1e6;

    private ResultCsv() {}

    /** The text. */
    public static String text(List<RunResult> results) {
        StringWriter text = new StringWriter();
        try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
            write(csv, results);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(CsvWriter csv, List<RunResult> results) {
        csv.writeRecord(
                "mode",
                "seed",
                "messages",
                "unfinished",
                "failed",
                "fct_mean_us",
                "fct_p50_us",
                "fct_p99_us",
                "fct_max_us",
                "job_us",
                "goodput_gbps",
                "data_sent",
                "retransmitted",
                "by_timer",
                "dropped",
                "trimmed",
                "marked",
                "pauses",
                "queue_max_bytes",
                "queue_mean_bytes",
                "deepest_link",
                "hops");
        for (RunResult each : results) {
            Congestion congestion = each.congestion();
            Packets packets = each.packets();
            csv.writeRecord(
                    each.mode(),
                    whole(each.seed()),
                    whole(each.messages()),
                    whole(each.unfinished()),
                    whole(each.failed()),
                    us(each.times().meanPs()),
                    us((double) each.times().percentilePs(50)),
                    us((double) each.times().percentilePs(99)),
                    us((double) each.times().percentilePs(100)),
                    us((double) each.endPs()),
                    String.format(Locale.ROOT, "%.3f", each.goodputBitsPerSecond() / 1e9),
                    whole(packets.dataSent()),
                    whole(packets.retransmitted()),
                    whole(packets.byTimer()),
                    whole(congestion.droppedFrames()),
                    whole(congestion.trimmed()),
                    whole(congestion.marked()),
                    whole(congestion.pauses()),
                    whole(congestion.queueMaxBytes()),
                    String.format(Locale.ROOT, "%.0f", congestion.queueMeanBytes()),
                    congestion.deepest(),
                    whole(packets.hops()));
        }
    }

    private static String whole(long value) {
        return Long.toString(value);
    }

    private static String us(double ps) {
        return String.format(Locale.ROOT, "%.3f", ps / PS_PER_US);
    }
}
