package io.heliograph.transport.simulation;

import io.heliograph.transport.Completion;

/** Looks at what applications are told, and at the end, and throws a {@link Violation} if that breaks a promise. Called before the ledger takes note. */
interface Checker {
    /** A post ended. */
    default void onPostCompleted(Message message, Completion completion) {}

    /** A message's immediate fired. */
    default void onImmediate(Message message, Completion completion) {}

    /** All is over and nothing is under way. */
    default void atEnd() {}
}
