package io.heliograph.testing;

import io.heliograph.bindings.EnvironmentException;
import java.util.Objects;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.function.Executable;

/** What an {@link EnvironmentException} says. */
public final class Refusal {
    private Refusal() {}

    /** The one sentence with which {@code action} is refused. */
    public static String of(Executable action) {
        EnvironmentException refusal = Assertions.assertThrows(EnvironmentException.class, action);
        String message = Objects.requireNonNull(refusal.getMessage());
        Assertions.assertTrue(message.contains("; "), "it says what to do: " + message);
        Assertions.assertFalse(message.contains("\n"), "it is one line: " + message);
        return message;
    }
}
