package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.memory.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What EAL leaves in its runtime directory ({@code /var/run/dpdk}, or under {@code $XDG_RUNTIME_DIR}): a directory for each file
 * prefix, which outlives the process. Ours carry the process in their name, so that those of dead processes can be told.
 */
final class EalFiles {
    private static final String PREFIX = "heliograph-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d{1,18})-(\\d{1,18})");

    private EalFiles() {}

    static String prefixOf(ProcessIdentity process) {
        return PREFIX + process.pid() + "-" + process.startTicks();
    }

    /** Removes the directories of our dead processes in {@code directory}, the parent of all prefixes; says how many. */
    static int removeStale(Path directory) {
        int removed = 0;
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (Path candidate : candidates) {
                Matcher name = NAME.matcher(candidate.getFileName().toString());
                if (name.matches() && isStale(candidate, processOf(name))) {
                    remove(candidate);
                    removed++;
                }
            }
        } catch (IOException e) {
            // Another process may be cleaning too, and what stays is seen again at the next start.
        }
        return removed;
    }

    /** Removes one prefix's directory, if it is there. */
    static void remove(Path prefixDirectory) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(prefixDirectory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(prefixDirectory);
        } catch (IOException e) {
            // gone already, or not ours
        }
    }

    private static ProcessIdentity processOf(Matcher name) {
        return new ProcessIdentity(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)));
    }

    /** A process of another container has a number that means nothing here, but it holds EAL's lock on its configuration. */
    private static boolean isStale(Path prefixDirectory, ProcessIdentity process) {
        if (process.isAlive()) {
            return false;
        }
        Path configuration = prefixDirectory.resolve("config");
        if (!Files.exists(configuration)) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(configuration, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
