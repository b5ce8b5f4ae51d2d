package io.heliograph.bindings.dpdk;

import static org.junit.jupiter.api.Assumptions.abort;

import io.heliograph.bindings.EnvironmentException;
import org.jspecify.annotations.Nullable;

/** The one EAL of the test JVM, which stays until the JVM ends; tests without DPDK are skipped with its reason. */
final class SharedEal {
    private static @Nullable Eal eal;

    private SharedEal() {}

    static synchronized Eal get() {
        Eal running = eal;
        if (running == null) {
            assumeDpdk();
            running = Eal.start(EalArguments.defaults().withMemoryMegabytes(256));
            eal = running;
        }
        return running;
    }

    static DpdkLibrary assumeDpdk() {
        try {
            return DpdkLibrary.load();
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
    }
}
