package io.heliograph.benchmarks.session;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The run started and did not end well: the peer is gone, told us nonsense, or refused. The message is one sentence for
 * people; the command line turns it into exit code 1.
 */
public final class RunFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param message what went wrong and what to do, in one sentence
     */
    public RunFailure(String message) {
        super(message);
    }

    /**
     * @param message what went wrong and what to do, in one sentence
     * @param cause what the library or the operating system said, if anything
     */
    public RunFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
