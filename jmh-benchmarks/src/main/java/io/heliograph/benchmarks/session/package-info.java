/**
 * What two processes need to measure or move something together: the {@link
 * io.heliograph.benchmarks.session.Rendezvous}, over which they tell each other addresses and keys, and the {@link
 * io.heliograph.benchmarks.session.Session}, which turns one endpoint on one thread.
 *
 * <p>Called by the commands. A session and everything in it belongs to the thread that opened it; a rendezvous reads and
 * keeps itself alive on threads of its own.
 */
@NullMarked
package io.heliograph.benchmarks.session;

import org.jspecify.annotations.NullMarked;
