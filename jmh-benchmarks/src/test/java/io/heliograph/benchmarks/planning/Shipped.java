package io.heliograph.benchmarks.planning;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files that come with the repository, from any module's folder. */
final class Shipped {
    private Shipped() {}

    static Path job(String name) {
        return collectives("jobs").resolve(name + ".yaml");
    }

    static Path fabric(String name) {
        return collectives("fabrics").resolve(name + ".yaml");
    }

    static Path experiment(String name) {
        return collectives("experiments").resolve(name + ".yaml");
    }

    /** All files of a folder of {@code collectives} and of those in it that end so; at least one. */
    static List<Path> all(String folder, String end) {
        try (Stream<Path> files = Files.walk(collectives(folder))) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(end)).sorted().toList();
            assertTrue(!found.isEmpty(), "nothing in collectives/" + folder);
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path collectives(String folder) {
        for (Path above = Path.of("").toAbsolutePath(); above != null; above = above.getParent()) {
            Path found = above.resolve("collectives").resolve(folder);
            if (Files.isDirectory(found)) {
                return found;
            }
        }
        throw new AssertionError("no folder above has collectives/" + folder);
    }
}
