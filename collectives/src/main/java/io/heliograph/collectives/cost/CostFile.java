package io.heliograph.collectives.cost;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A file that keeps measured {@link Costs}, as properties: a section for each key, that says in words what was measured. Whatever is wrong with it is said in a sentence, and is no reason to fail.
 */
public final class CostFile {
    /** Environment variable: the path of the file. */
    public static final String PATH = "HELIO_COSTS";

    private static final String VERSION = "version";
    private static final String VERSION_NOW = "1";
    private static final long MOST_BYTES = 1 << 20;

    private final Path path;

    /** A file, which need not exist. */
    public CostFile(Path path) {
        this.path = path;
    }

    /**
     * What was found.
     *
     * @param costs null if there are none for the key
     * @param note why there are none, or where they are from
     */
    public record Found(@Nullable Costs costs, String note) {}

    /**
     * Where it is: {@link #PATH}, or {@code heliograph/collective-costs.properties} in {@code XDG_CACHE_HOME} or else in {@code .cache} of the home directory (XDG Base Directory Specification).
     */
    public static Path path(Map<String, String> environment) {
        String path = environment.getOrDefault(PATH, "");
        if (!path.isEmpty()) {
            return Path.of(path);
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path directory = cache.isEmpty() ? Path.of(System.getProperty("user.home", "."), ".cache") : Path.of(cache);
        return directory.resolve("heliograph").resolve("collective-costs.properties");
    }

    /** The constants for a key. */
    public Found read(String key) {
        if (!Files.exists(path)) {
            return new Found(null, path + " does not exist");
        }
        try {
            Properties properties = load();
            String section = section(key);
            if (!key.equals(properties.getProperty(section + "key"))) {
                return new Found(null, path + " has none for: " + key);
            }
            return new Found(costs(properties, section), "from " + path);
        } catch (IOException | IllegalArgumentException e) {
            return new Found(null, path + " is not usable: " + e.getMessage());
        }
    }

    /**
     * Keeps constants for a key, with those that the file has for others; a file that is not usable is replaced.
     *
     * @return a sentence
     */
    public String write(String key, Costs costs) {
        Properties properties;
        try {
            properties = Files.exists(path) ? load() : new Properties();
        } catch (IOException | IllegalArgumentException e) {
            properties = new Properties();
        }
        properties.setProperty(VERSION, VERSION_NOW);
        String section = section(key);
        properties.setProperty(section + "key", key);
        put(properties, section + "within.", costs.within());
        put(properties, section + "across.", costs.across());
        properties.setProperty(section + "copyNsPerByte", Double.toString(costs.copyNsPerByte()));
        properties.setProperty(section + "reduceNsPerByte", Double.toString(costs.reduceNsPerByte()));
        try {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Path written = Files.createTempFile(directory, "costs", ".tmp");
            try (Writer writer = Files.newBufferedWriter(written, StandardCharsets.UTF_8)) {
                properties.store(writer, "Heliograph: what messages, copies and reductions cost, as measured");
            }
            // Others see the old file or the new one, never a part.
            Files.move(written, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return "kept in " + path;
        } catch (IOException e) {
            return "not kept, because " + path + " cannot be written: " + e;
        }
    }

    private Properties load() throws IOException {
        if (Files.size(path) > MOST_BYTES) {
            throw new IOException("more than " + MOST_BYTES + " bytes");
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        if (!VERSION_NOW.equals(properties.getProperty(VERSION))) {
            throw new IOException("version=" + properties.getProperty(VERSION) + "; " + VERSION_NOW + " is read");
        }
        return properties;
    }

    private static String section(String key) {
        return Integer.toHexString(key.hashCode()) + ".";
    }

    private static void put(Properties properties, String prefix, Link link) {
        properties.setProperty(prefix + "latencyNs", Double.toString(link.latencyNs()));
        properties.setProperty(prefix + "nsPerByte", Double.toString(link.nsPerByte()));
    }

    private static Costs costs(Properties properties, String section) {
        return new Costs(
                link(properties, section + "within."),
                link(properties, section + "across."),
                number(properties, section + "copyNsPerByte"),
                number(properties, section + "reduceNsPerByte"));
    }

    private static Link link(Properties properties, String prefix) {
        return new Link(number(properties, prefix + "latencyNs"), number(properties, prefix + "nsPerByte"));
    }

    private static double number(Properties properties, String name) {
        String text = properties.getProperty(name, "");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + text, e);
        }
    }
}
