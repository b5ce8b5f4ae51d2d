package io.heliograph.benchmarks.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table that prints each row as soon as it is known, as perftest does: columns are as wide as their titles ask for. */
public final class Table {

    /**
     * One column.
     *
     * @param title as printed above it
     * @param format of {@link String#format} for its values
     * @param width at least this many characters; below 0 for a column that is flush left
     */
    public record Column(String title, String format, int width) {

        /** A column of numbers that is as wide as its title. */
        public static Column of(String title, String format) {
            return new Column(title, format, Math.max(8, title.length()));
        }
    }

    private final PrintWriter out;
    private final List<Column> columns;

    /** A table; nothing is printed yet. */
    public Table(PrintWriter out, Column... columns) {
        this.out = out;
        this.columns = List.of(columns);
    }

    /** Prints the titles. */
    public void printTitles() {
        List<String> titles = new ArrayList<>();
        for (Column column : columns) {
            titles.add(column.title());
        }
        print(titles);
    }

    /** Prints one row, a value for each column; a text where a number belongs is printed as it is. */
    public void printRow(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(
                    "row does not fit: values=" + values.length + " columns=" + columns.size());
        }
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            cells.add(
                    value instanceof String text
                            ? text
                            : String.format(Locale.ROOT, columns.get(i).format(), value));
        }
        print(cells);
    }

    private void print(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int width = columns.get(i).width();
            line.append(' ').append(String.format(Locale.ROOT, "%" + width + "s", cells.get(i)));
        }
        out.println(line.toString().stripTrailing());
        out.flush();
    }
}
