package io.heliograph.benchmarks.report;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The JSON document of one run. Its fields are stable within a schema version: {@code schema}, {@code command}, {@code
 * commandLine}, {@code date}, {@code environment}, {@code options}, {@code results} (one object a row of the table) and
 * {@code passed}. Units are in the names of fields.
 */
public final class RunReport {

    /** Raised when a field changes its meaning or goes; new fields do not raise it. */
    public static final String SCHEMA = "heliograph.run/1";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final ObjectNode document = JSON.createObjectNode();

    /** A report without results. */
    public RunReport(String command, List<String> commandLine) {
        document.put("schema", SCHEMA).put("command", command);
        commandLine.forEach(document.putArray("commandLine")::add);
        document.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        Machine.describe(document.putObject("environment"));
        document.putObject("options");
        document.putArray("results");
    }

    /** Adds to the environment what only the command knows, such as the DPDK version. */
    public RunReport environment(String name, String value) {
        document.withObjectProperty("environment").put(name, value);
        return this;
    }

    /** Takes over the options as the banner shows them. */
    public RunReport options(Banner banner) {
        banner.lines().forEach(document.withObjectProperty("options")::put);
        return this;
    }

    /** Adds a row and returns it to be filled. */
    public ObjectNode addResult() {
        return document.withArrayProperty("results").addObject();
    }

    /** Whether all checks of the run passed. */
    public RunReport passed(boolean passed) {
        document.put("passed", passed);
        return this;
    }

    /** The document; for tests and for those who merge reports. */
    public ObjectNode document() {
        return document;
    }

    /**
     * Writes the document whole or not at all.
     *
     * @throws EnvironmentException if the file cannot be written
     */
    public void write(Path file) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            JSON.writeValue(part.toFile(), document);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EnvironmentException("cannot write the report " + file + ": " + e.getMessage(), e);
        }
    }
}
