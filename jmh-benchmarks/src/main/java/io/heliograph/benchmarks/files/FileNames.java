package io.heliograph.benchmarks.files;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which names of files a receiver takes from a sender, whom it has no reason to trust. */
public final class FileNames {

    /** What a file that is not whole yet is called, behind its name. */
    public static final String PART_SUFFIX = ".helio.part";

    /** NAME_MAX of Linux, less the suffix. */
    static final int LONGEST_BYTES = 255 - PART_SUFFIX.length();

    private FileNames() {}

    /** Why {@code name} cannot be a file of its own in a directory, or null if it can. */
    public static @Nullable String refusal(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "it names no file";
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            return "it holds a path separator";
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return "it holds a control character";
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_BYTES) {
            return "it is longer than " + LONGEST_BYTES + " bytes";
        }
        if (name.endsWith(PART_SUFFIX)) {
            return "it ends as unfinished files do";
        }
        try {
            return Path.of(name).getNameCount() == 1 ? null : "it is not one name";
        } catch (InvalidPathException e) {
            return "it cannot be a name here";
        }
    }
}
