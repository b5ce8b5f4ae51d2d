package io.heliograph.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.benchmarks.report.Table.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {

    private final StringWriter out = new StringWriter();

    @Test
    void shouldAlignRowsUnderTitles() {
        Table table = new Table(
                new PrintWriter(out),
                Column.of("#bytes", "%d"),
                Column.of("BW average[Gb/sec]", "%.2f"),
                new Column("file", "%s", -1));
        table.printTitles();
        table.printRow(65_536L, 12.345, "a file");
        table.printRow(2L, "-", "b");
        assertEquals("""
                   #bytes BW average[Gb/sec] file
                    65536              12.35 a file
                        2                  - b
                """, out.toString().replace(System.lineSeparator(), "\n"));
    }

    @Test
    void shouldRefuseARowOfAnotherLength() {
        Table table = new Table(new PrintWriter(out), Column.of("a", "%d"));
        assertThrows(IllegalArgumentException.class, () -> table.printRow(1, 2));
    }
}
