package io.heliograph.benchmarks.planning;

import io.heliograph.collectives.planning.phases.TrafficMatrix;
import io.heliograph.emulator.input.InputFileException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads an uneven all-to-all: a line for each sender with the bytes for each receiver, comma-separated whole numbers. Empty lines and those that begin with {@code #} are left out. */
final class MatrixFile {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    /** More would take hours to part. */
    private static final int MOST_RANKS = 4096;

    private MatrixFile() {}

    /**
     * Reads a file.
     *
     * @throws InputFileException if something is wrong in it
     * @throws IOException if it cannot be read
     */
    static TrafficMatrix read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (MalformedInputException e) {
            throw new InputFileException(file.toString(), "not text in UTF-8", e);
        }
        List<long[]> rows = new ArrayList<>();
        for (int line = 0; line < lines.size(); line++) {
            String text = lines.get(line).strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                rows.add(row(file + ":" + (line + 1), text, rows));
            }
        }
        if (rows.isEmpty()) {
            throw new InputFileException(file.toString(), "no senders");
        }
        if (rows.size() != rows.getFirst().length) {
            throw new InputFileException(
                    file + ":" + lines.size(),
                    "the file ends after " + rows.size() + " senders; each has bytes for " + rows.getFirst().length
                            + " receivers, and as many senders belong here");
        }
        try {
            return new TrafficMatrix(rows.toArray(long[][]::new));
        } catch (IllegalArgumentException e) {
            throw new InputFileException(file.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private static long[] row(String where, String text, List<long[]> before) {
        String[] words = text.split(",", -1);
        int from = before.size();
        int ranks = before.isEmpty() ? words.length : before.getFirst().length;
        if (words.length != ranks) {
            throw new InputFileException(where, words.length + " values; the first sender has " + ranks);
        }
        if (ranks > MOST_RANKS || from == ranks) {
            throw new InputFileException(
                    where,
                    from == ranks ? "a sender more than there are receivers" : "more than " + MOST_RANKS + " ranks");
        }
        long[] row = new long[ranks];
        for (int to = 0; to < ranks; to++) {
            String word = words[to].strip();
            if (!NUMBER.matcher(word).matches()) {
                throw new InputFileException(where, "not a whole number of bytes: " + word);
            }
            row[to] = Long.parseLong(word);
            if (to == from && row[to] != 0) {
                throw new InputFileException(
                        where,
                        "rank " + from + " sends " + row[to]
                                + " bytes to itself, which needs no network: 0 belongs here");
            }
        }
        return row;
    }
}
