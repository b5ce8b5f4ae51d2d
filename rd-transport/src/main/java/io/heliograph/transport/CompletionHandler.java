package io.heliograph.transport;

/** Takes completions from {@link Endpoint#poll}, on the polling thread. */
@FunctionalInterface
public interface CompletionHandler {
    /** Looks at one completion; it must not be kept. */
    void onCompletion(Completion completion);
}
