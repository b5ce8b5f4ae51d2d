package io.heliograph.benchmarks.train;

import ai.djl.engine.Engine;
import ai.djl.util.Utils;
import io.heliograph.bindings.EnvironmentException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Loads DJL's PyTorch engine, offline and on one thread. The engine unpacks 430 MB of libraries into a folder when it is first used: {@code DJL_CACHE_DIR}, otherwise {@code .djl.ai} in the home folder.
 */
final class TorchEngine {
    static final String NAME = "PyTorch";

    private static final String PROVIDER = "ai.djl.pytorch.engine.PtEngineProvider";
    private static final String LIBRARY = "libtorch.so";

    /** What DJL reads when it is first used; options of the same name on the command line win. */
    private static final Map<String, String> SETTINGS = Map.of(
            // Everything is on the class path: nothing is downloaded, nobody is told.
            "ai.djl.offline", "true",
            "OPT_OUT_TRACKING", "true",
            // Ranks share the processors, and one thread adds in one order.
            "ai.djl.pytorch.num_threads", "1",
            "ai.djl.pytorch.num_interop_threads", "1",
            "org.slf4j.simpleLogger.defaultLogLevel", "error");

    private TorchEngine() {}

    /**
     * Is there an engine for this machine?
     *
     * @throws EnvironmentException if there is not; it says what to do
     */
    static void require() {
        require(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static void require(String system, String architecture) {
        if (!system.equals("Linux") || !architecture.equals("amd64")) {
            throw new EnvironmentException("PyTorch's library is fetched for Linux on x86-64 alone, and this is "
                    + system + " on " + architecture + ": train there");
        }
        try {
            Class.forName(PROVIDER, false, TorchEngine.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new EnvironmentException(
                    "DJL and PyTorch are not on the class path: start this by scripts/helio train, which fetches them"
                            + " (120 MB) when it is first used",
                    e);
        }
    }

    /** Where the libraries are or will be. */
    static Path folder() {
        return Utils.getEngineCacheDir();
    }

    /**
     * Loads the engine. Of several processes that find the folder empty one unpacks, the others wait.
     *
     * @return its name and version
     * @throws EnvironmentException if it cannot be loaded
     */
    static String load() {
        require();
        SETTINGS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        Path folder = folder();
        try {
            if (isUnpacked(folder)) {
                return start();
            }
            Files.createDirectories(folder);
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("helio.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                return start();
            }
        } catch (IOException e) {
            throw new EnvironmentException("cannot unpack PyTorch into " + folder + ": " + e, e);
        }
    }

    private static boolean isUnpacked(Path folder) throws IOException {
        Path versions = folder.resolve("pytorch");
        if (!Files.isDirectory(versions)) {
            return false;
        }
        try (Stream<Path> each = Files.list(versions)) {
            return each.anyMatch(version -> Files.exists(version.resolve(LIBRARY)));
        }
    }

    private static String start() {
        try {
            Engine engine = Engine.getEngine(NAME);
            return engine.getEngineName() + " " + engine.getVersion();
        } catch (RuntimeException | LinkageError e) {
            throw new EnvironmentException(
                    "PyTorch does not start (its libraries are unpacked into " + folder()
                            + "; DJL_CACHE_DIR is another place): " + e,
                    e);
        }
    }
}
