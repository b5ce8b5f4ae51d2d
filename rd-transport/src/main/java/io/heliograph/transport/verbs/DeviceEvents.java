package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.AsyncEvent;
import org.jspecify.annotations.Nullable;

/** What the device reports by itself. The rendezvous' thread. */
@FunctionalInterface
interface DeviceEvents {
    /**
     * Takes the next event, without waiting; null if there is none.
     *
     * @throws EnvironmentException if it cannot be asked any more
     */
    @Nullable
    AsyncEvent next();
}
