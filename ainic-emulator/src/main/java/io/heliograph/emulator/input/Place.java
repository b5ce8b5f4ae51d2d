package io.heliograph.emulator.input;

/**
 * Where something stands in a file.
 *
 * @param file as the user named it
 * @param line from 1
 */
public record Place(String file, int line) {
    /** An error there. */
    public InputFileException error(String what) {
        return new InputFileException(toString(), what);
    }

    /** An error there that something else found and has words for. */
    public InputFileException error(Exception cause) {
        return new InputFileException(toString(), String.valueOf(cause.getMessage()), cause);
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
