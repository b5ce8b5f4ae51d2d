package io.heliograph.emulator.input;

import org.jspecify.annotations.Nullable;

/** A file that somebody wrote is wrong; the message begins with the file and the line. */
public final class InputFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Something is wrong at a place.
     *
     * @param where such as {@code incast.yaml:12}
     * @param what is wrong there, in words for who wrote it
     */
    public InputFileException(String where, String what) {
        this(where, what, null);
    }

    /** The same, with what found it. */
    public InputFileException(String where, String what, @Nullable Throwable cause) {
        super(where + ": " + what, cause);
    }
}
