package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.posix.SharedLibrary;
import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * DPDK's shared libraries: found by soname, loaded once for the life of the process.
 *
 * <p>Loading {@code librte_ethdev} brings the rest along, and the environment abstraction layer loads the drivers itself from the
 * directory that DPDK was built with. The generated classes find their functions only afterwards, at each one's first call, so
 * nothing fails while a class is initialised.
 */
public final class DpdkLibrary {
    private static final String LIBRARY = "librte_ethdev.so.";

    /** Where distributions and DPDK's own build put libraries; read only to tell an unknown version from none. */
    private static final List<Path> DIRECTORIES = Stream.of(
                    "/usr/lib/x86_64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/usr/lib64",
                    "/usr/lib",
                    "/usr/local/lib/x86_64-linux-gnu",
                    "/usr/local/lib/aarch64-linux-gnu",
                    "/usr/local/lib64",
                    "/usr/local/lib")
            .map(Path::of)
            .toList();

    private static @Nullable DpdkLibrary loaded;

    private final DpdkAbi abi;

    private DpdkLibrary(DpdkAbi abi) {
        this.abi = abi;
    }

    /**
     * Loads the libraries, or gives those that are loaded already. Any thread.
     *
     * @throws EnvironmentException where there is no DPDK, or only one of an unknown version
     */
    public static synchronized DpdkLibrary load() {
        DpdkLibrary library = loaded;
        if (library == null) {
            DpdkAbi abi = find(SharedLibrary::open, DIRECTORIES);
            SharedLibrary.makeVisible(LIBRARY + abi.soname());
            library = new DpdkLibrary(abi);
            loaded = library;
        }
        return library;
    }

    /** Which release's binary interface the libraries have. */
    public DpdkAbi abi() {
        return abi;
    }

    /** What the libraries call themselves, {@code DPDK 22.11.11}. */
    public String version() {
        return dpdk_h.rte_version().getString(0);
    }

    /** Address of an exported variable. */
    long variable(String name) {
        return SymbolLookup.loaderLookup()
                .find(name)
                .orElseThrow(() -> new EnvironmentException("DPDK lacks a symbol: symbol=" + name + " version="
                        + version() + "; install an unmodified DPDK " + DpdkAbi.supported()))
                .address();
    }

    /**
     * Value of a thread-local variable of the calling thread. The dynamic linker gives a thread-local symbol's address in the thread
     * that asks, so it is asked anew each time.
     */
    int threadLocalInt(String name) {
        return NativeMemory.getInt(variable(name));
    }

    /** {@code rte_errno} of the calling thread: set by the DPDK call before, if that failed. */
    int errorNumber() {
        return threadLocalInt("per_lcore__rte_errno");
    }

    /** Number and words of a DPDK error, positive or negative: {@code 12 (Cannot allocate memory)}. */
    static String describe(int errorNumber) {
        int number = Math.abs(errorNumber);
        return number + " (" + dpdk_h.rte_strerror(number).getString(0) + ")";
    }

    /** Says whether a library of that soname can be loaded; it stays loaded if so. */
    @FunctionalInterface
    interface Opener {
        boolean open(String soname);
    }

    static DpdkAbi find(Opener opener, List<Path> directories) {
        for (DpdkAbi abi : DpdkAbi.values()) {
            if (opener.open(LIBRARY + abi.soname())) {
                return abi;
            }
        }
        TreeSet<String> found = new TreeSet<>();
        for (Path directory : directories) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, LIBRARY + "*")) {
                files.forEach(file -> found.add(file.getFileName().toString()));
            } catch (IOException e) {
                // a directory that is not there holds no library
            }
        }
        throw refusal(found);
    }

    private static EnvironmentException refusal(Set<String> found) {
        if (found.isEmpty()) {
            return new EnvironmentException("DPDK not found: library=librte_ethdev supported=" + DpdkAbi.supported()
                    + "; install its runtime libraries (Debian: apt install dpdk), or use the memory port");
        }
        boolean known = Arrays.stream(DpdkAbi.values()).anyMatch(abi -> found.contains(LIBRARY + abi.soname()));
        return new EnvironmentException(
                known
                        ? "DPDK does not load: found=" + found
                                + "; see with ldd what it lacks and install that, or use the memory port"
                        : "DPDK of an unknown version: found=" + found + " supported=" + DpdkAbi.supported()
                                + "; install a supported version, or use the memory port");
    }
}
