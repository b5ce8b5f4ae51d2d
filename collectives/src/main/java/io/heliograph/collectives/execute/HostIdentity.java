package io.heliograph.collectives.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What tells this machine from others: its name, and which boot it is, for names may be given twice. */
final class HostIdentity {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    /** Without asking a name server, which may take its time. */
    private static final Path NAME = Path.of("/proc/sys/kernel/hostname");

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    /** Cards of the rendezvous are short. */
    private static final int MOST_CHARACTERS = 64;

    private static final String MODEL = "model name";

    private HostIdentity() {}

    /** What processor the kernel says it has. */
    static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException | UncheckedIOException e) {
            return "unknown";
        }
    }

    static String ofThisMachine() {
        String identity = (read(BOOT) + " " + read(NAME)).strip();
        return identity.isEmpty() ? "unnamed" : identity.substring(0, Math.min(MOST_CHARACTERS, identity.length()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
