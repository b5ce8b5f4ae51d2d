package io.heliograph.collectives.planning.workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of a text file, and errors that name the one at hand. */
final class TextLines implements AutoCloseable {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_SHOWN = 60;
    /** What Python writes of numbers; no signs, for nothing here may be negative. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}(\\.[0-9]{1,6})?");

    private final String name;
    private final BufferedReader reader;
    private int line;

    TextLines(Path file) throws IOException {
        name = file.toString();
        reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
    }

    /** The next line, or null at the end. */
    @Nullable
    String next() throws IOException {
        StringBuilder text = new StringBuilder();
        try {
            int c = reader.read();
            if (c < 0) {
                return null;
            }
            line++;
            while (c >= 0 && c != '\n') {
                if (text.length() == MOST_CHARACTERS) {
                    throw error("a line of more than " + MOST_CHARACTERS + " characters");
                }
                text.append((char) c);
                c = reader.read();
            }
        } catch (CharacterCodingException e) {
            throw new WorkloadFormatException(name + ":" + (line + 1), "not text in UTF-8", e);
        }
        int end = text.length();
        return end > 0 && text.charAt(end - 1) == '\r' ? text.substring(0, end - 1) : text.toString();
    }

    /** The number of the line that {@link #next} gave. */
    int number() {
        return line;
    }

    /** The line at hand, as errors name it. */
    String where() {
        return name + ":" + Math.max(1, line);
    }

    /** An error at the line at hand, or in front of the first. */
    WorkloadFormatException error(String what) {
        return new WorkloadFormatException(where(), what);
    }

    /** A whole number of at most 62 bits, from 0 on; also one that ends in {@code .0}. */
    long number(String what, String text) throws WorkloadFormatException {
        if (NUMBER.matcher(text).matches()) {
            try {
                long value = new BigDecimal(text).longValueExact();
                if (value <= Long.MAX_VALUE / 2) {
                    return value;
                }
            } catch (ArithmeticException e) {
                throw new WorkloadFormatException(
                        name + ":" + line, what + "=" + shown(text) + " is not a whole number, or too large", e);
            }
        }
        throw error(what + "=" + shown(text) + " is not a whole number from 0 on, or too large");
    }

    /** The same as an int. */
    int count(String what, String text) throws WorkloadFormatException {
        long value = number(what, text);
        if (value > Integer.MAX_VALUE) {
            throw error(what + "=" + value + " is too large");
        }
        return (int) value;
    }

    /** Text of a file as it may be shown on a terminal. */
    static String shown(String text) {
        String start = text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
        return '"' + start.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
