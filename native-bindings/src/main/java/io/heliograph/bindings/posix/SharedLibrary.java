package io.heliograph.bindings.posix;

import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Loads a shared library by its soname, in the dynamic linker's own ways, for the life of the process. Cold path, any thread. */
public final class SharedLibrary {
    private SharedLibrary() {}

    /** Loads it; says whether it is there, with all that it depends on. */
    @SuppressWarnings("restricted")
    public static boolean open(String soname) {
        try {
            SymbolLookup.libraryLookup(soname, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Makes the symbols of a library that is loaded, and of those it depends on, visible to the classes of this class loader, generated
     * ones among them. That takes its full path, which the list of mappings has.
     */
    @SuppressWarnings("restricted")
    public static void makeVisible(String soname) {
        try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            Optional<String> path = mappings.filter(line -> line.contains("/" + soname))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst();
            System.load(path.orElseThrow(() -> new EnvironmentException(
                    "library loaded, but not among the mappings: library=" + soname + "; mount /proc")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
