package io.heliograph.benchmarks.cli;

import io.heliograph.benchmarks.session.Session;

/** What a command does at one end, once both have agreed. */
@FunctionalInterface
interface End {
    /**
     * Does it.
     *
     * @return whether all checks passed
     */
    boolean run(Session session, Output output) throws Exception;
}
