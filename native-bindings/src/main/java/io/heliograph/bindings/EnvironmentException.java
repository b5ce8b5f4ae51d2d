package io.heliograph.bindings;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * This machine lacks what was asked for: a library, a device, a privilege, huge pages.
 *
 * <p>The message is one sentence that says what is missing and what to do about it, for example {@code librte_ethdev not
 * found: install DPDK 22.11 or newer, or use the memory port}. Thrown on the cold path only, and never from a static
 * initialiser; the command line turns it into exit code 3.
 */
public final class EnvironmentException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is missing and what to do, in one sentence
     */
    public EnvironmentException(String message) {
        super(message);
    }

    /**
     * @param message what is missing and what to do, in one sentence
     * @param cause what the library or the operating system said, if anything
     */
    public EnvironmentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
