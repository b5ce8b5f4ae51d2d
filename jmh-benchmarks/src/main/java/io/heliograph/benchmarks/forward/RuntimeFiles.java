package io.heliograph.benchmarks.forward;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What testpmd's EAL leaves in its runtime directory, which outlives it: found by what it printed, and by the names we gave it. */
final class RuntimeFiles {

    private static final String PREFIX = "heliograph-testpmd-";
    private static final Pattern PRINTED = Pattern.compile("Multi-process socket (/\\S+)/mp_socket");

    private RuntimeFiles() {}

    /** For EAL's --file-prefix: this process has one testpmd of each role, a word, at a time. */
    static String prefix(String role) {
        return PREFIX + ProcessHandle.current().pid() + "-" + role;
    }

    /** Removes those of a testpmd that ended, and those that killed ones of us left before. */
    static void remove(String testpmdOutput) throws IOException {
        Matcher printed = PRINTED.matcher(testpmdOutput);
        if (!printed.find()) {
            return;
        }
        Path own = Path.of(printed.group(1));
        removeDirectory(own);
        try (DirectoryStream<Path> others = Files.newDirectoryStream(own.resolveSibling(""), PREFIX + "*")) {
            for (Path other : others) {
                String owner = other.getFileName().toString().substring(PREFIX.length());
                String pid = owner.replaceFirst("-[a-z]+$", "");
                if (pid.matches("\\d{1,18}")
                        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    removeDirectory(other);
                }
            }
        }
    }

    private static void removeDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}
