package io.heliograph.emulator.experiment;

import org.jspecify.annotations.Nullable;

/** An experiment file, or a file that it names, is wrong; the message begins with the file and the line. */
public final class ExperimentFileException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ExperimentFileException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
