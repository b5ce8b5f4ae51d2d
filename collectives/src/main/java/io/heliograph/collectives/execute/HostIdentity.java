package io.heliograph.collectives.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What tells this machine from others: its name, and which boot it is, for names may be given twice. */
final class HostIdentity {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

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
        String name;
        try {
            name = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            name = "unnamed";
        }
        String boot;
        try {
            boot = Files.readString(BOOT).strip() + " ";
        } catch (IOException e) {
            boot = "";
        }
        return (boot + name).substring(0, Math.min(MOST_CHARACTERS, boot.length() + name.length()));
    }
}
