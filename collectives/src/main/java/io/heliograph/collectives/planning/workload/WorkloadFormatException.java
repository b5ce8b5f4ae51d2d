package io.heliograph.collectives.planning.workload;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A file is not what it should be; the message begins with the file and the line, or the message of a trace. */
public final class WorkloadFormatException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Something is wrong at a place.
     *
     * @param where such as {@code log.csv:12}
     * @param what is wrong there
     */
    public WorkloadFormatException(String where, String what) {
        this(where, what, null);
    }

    WorkloadFormatException(String where, String what, @Nullable Throwable cause) {
        super(where + ": " + what, cause);
    }
}
