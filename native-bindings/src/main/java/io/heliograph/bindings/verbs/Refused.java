package io.heliograph.bindings.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.posix.Posix;

/** What libibverbs did not do, as one sentence: {@code function: errno text, values; what to do}. Cold path. */
final class Refused {
    private Refused() {}

    /**
     * @param errno positive
     * @param values what the call was about, {@code device=rxe0 entries=16}
     * @param whatToDo in a few words
     */
    static EnvironmentException by(String function, int errno, String values, String whatToDo) {
        return new EnvironmentException(function + ": " + Posix.describe(errno) + ", " + values + "; " + whatToDo);
    }

    /**
     * Throws if a function that returns an errno did so.
     *
     * @param returned 0, an errno, or as some drivers have it the negative errno; -1 is no reason, so functions that keep it in errno are called
     *     by {@link ErrnoCalls}
     */
    static void check(String function, int returned, String values, String whatToDo) {
        if (returned > 0 || returned < -1) {
            throw by(function, Math.abs(returned), values, whatToDo);
        }
        if (returned < 0) {
            throw new EnvironmentException(function + ": failed without a reason, " + values + "; " + whatToDo);
        }
    }
}
