package io.heliograph.benchmarks.session;

import io.heliograph.transport.Completion;

/** What an end of a run does with completions; called by {@link Session#turn} on the session's thread. */
public interface Role {

    /** An own WRITE ended with success. */
    void onWritten(Completion completion);

    /** The peer's immediate fired. */
    void onImmediate(Completion completion);
}
