package io.heliograph.benchmarks.cli;

import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.RateTableFile;
import io.heliograph.transport.rate.RateTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * The file of {@code --rates} while an endpoint is paced by it: a thread looks at it twice a second, and when it changed reads it again
 * and replaces the endpoint's table under traffic. One that is broken is told of, and changes nothing.
 */
final class RatesFile implements AutoCloseable {

    private final Path file;
    private final PacketEndpoint endpoint;
    private final PrintWriter err;
    private final FileWatch watch;
    private @Nullable FileTime seen;

    private RatesFile(Path file, PacketEndpoint endpoint, PrintWriter err) {
        this.file = file;
        this.endpoint = endpoint;
        this.err = err;
        seen = modified();
        load(endpoint.rateTables(), file);
        watch = new FileWatch("rates-file", this::look);
    }

    /** Loads the table of an endpoint and watches the file; null if there is none. Close it before the endpoint. */
    static @Nullable RatesFile open(@Nullable Path file, PacketEndpoint endpoint, PrintWriter err) {
        return file == null ? null : new RatesFile(file, endpoint, err);
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException if it is no table, or cannot be read, with a sentence that says where and why
     */
    static RateTable read(Path file) {
        try {
            return RateTableFile.read(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("--rates " + file + ": " + e.getMessage(), e);
        }
    }

    private static void load(RateTables tables, Path file) {
        tables.replace(read(file));
    }

    private void look() {
        FileTime now = modified();
        if (now != null && !now.equals(seen)) {
            seen = now;
            reload();
        }
    }

    private void reload() {
        try {
            load(endpoint.rateTables(), file);
            say("read " + file + " again");
        } catch (IllegalArgumentException e) {
            say(e.getMessage() + "; the rates stay as they are");
        }
    }

    private @Nullable FileTime modified() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return null; // it is being replaced, perhaps
        }
    }

    private void say(String what) {
        err.println("helio: " + what);
        err.flush();
    }

    /** Says so if flows of this node went to nobody. */
    @Override
    public void close() {
        watch.close();
        int unknown = endpoint.rateTables().unknownFlows();
        if (unknown > 0) {
            say("flows of " + endpoint.rateTables().node() + " in " + file + " that nothing was sent to: " + unknown);
        }
    }
}
