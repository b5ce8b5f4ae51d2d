package io.heliograph.emulator.waveform;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A value change dump in picoseconds (IEEE 1364-2005 clause 18): first all scopes and signals are declared, then values change as time goes on. The same calls write the same bytes: no date is written.
 *
 * <p>One thread.
 */
public final class VcdWriter implements AutoCloseable {
    private static final int FIRST_CHARACTER = '!';
    private static final int CHARACTERS = '~' - '!' + 1;

    private final Path file;
    private final BufferedWriter out;
    private final List<String> identifiers = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private long[] values = new long[0];
    private long writtenPs = -1;
    private boolean inScope;
    private boolean started;
    private boolean closed;

    /**
     * Creates the file, or empties the one of that name.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public VcdWriter(Path file) {
        this.file = file;
        try {
            out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "waveform not created: file=" + file + "; give one in a directory that can be written", e);
        }
        write("$version heliograph ainic-emulator $end\n$timescale 1 ps $end\n");
    }

    /** Begins a scope; the one before ends. Before the first value. */
    public void scope(String name) {
        requireDeclaring();
        write(inScope ? "$upscope $end\n" : "");
        write("$scope module " + requireName(name) + " $end\n");
        inScope = true;
    }

    /** Declares a signal of 1 to 64 bits in the present scope, 0 to begin with; returns its number. */
    public int signal(String name, int bits) {
        requireDeclaring();
        if (bits < 1 || bits > Long.SIZE) {
            throw new IllegalArgumentException("waveform: signal=" + name + " bits=" + bits + "; 1 to 64 are possible");
        }
        String identifier = identifier(identifiers.size());
        String range = bits == 1 ? "" : " [" + (bits - 1) + ":0]";
        write("$var wire " + bits + " " + identifier + " " + requireName(name) + range + " $end\n");
        identifiers.add(identifier);
        widths.add(bits);
        return identifiers.size() - 1;
    }

    private void requireDeclaring() {
        if (started) {
            throw new IllegalStateException("waveform: file=" + file + "; signals are declared before the first value");
        }
    }

    private static String requireName(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "waveform: name=" + name + "; letters, digits and underscores, and no digit first");
        }
        return name;
    }

    /** Ends the declarations; all signals are 0. Called by the first change otherwise. */
    public void start() {
        if (started) {
            return;
        }
        started = true;
        values = new long[identifiers.size()];
        write(inScope ? "$upscope $end\n" : "");
        write("$enddefinitions $end\n#0\n$dumpvars\n");
        for (int i = 0; i < values.length; i++) {
            write(i, 0);
        }
        write("$end\n");
        writtenPs = 0;
    }

    /** Sets a signal at a moment, not before the one set last; nothing is written if it has the value already. Bits beyond its width are cut off. Nothing happens once the file is closed. */
    public void set(int signal, long value, long nowPs) {
        if (closed) {
            return;
        }
        start();
        int width = widths.get(signal);
        long bits = width == Long.SIZE ? value : value & (1L << width) - 1;
        if (values[signal] == bits) {
            return;
        }
        if (nowPs < writtenPs) {
            throw new IllegalArgumentException("waveform: nowPs=" + nowPs + " is before " + writtenPs);
        }
        if (nowPs > writtenPs) {
            write("#" + nowPs + "\n");
            writtenPs = nowPs;
        }
        values[signal] = bits;
        write(signal, bits);
    }

    private void write(int signal, long bits) {
        String value = Long.toBinaryString(bits);
        write(widths.get(signal) == 1 ? value + identifiers.get(signal) : "b" + value + " " + identifiers.get(signal));
        write("\n");
    }

    /** The printable characters as digits, the least significant first. */
    private static String identifier(int number) {
        StringBuilder text = new StringBuilder();
        int left = number;
        do {
            text.append((char) (FIRST_CHARACTER + left % CHARACTERS));
            left = left / CHARACTERS - 1;
        } while (left >= 0);
        return text.toString();
    }

    private void write(String text) {
        try {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException("waveform incomplete: file=" + file, e);
        }
    }

    /** Writes the last moment, and closes the file. Closing twice does nothing. */
    public void finish(long nowPs) {
        if (!closed) {
            start();
            if (nowPs > writtenPs) {
                write("#" + nowPs + "\n");
                writtenPs = nowPs;
            }
            close();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        start();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("waveform incomplete: file=" + file, e);
        }
    }
}
