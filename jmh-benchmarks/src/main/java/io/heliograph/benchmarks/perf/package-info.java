/**
 * The measurements behind {@code helio write-bw} and {@code helio write-lat}, client and server of each, on top of a {@link
 * io.heliograph.benchmarks.session.Session}.
 *
 * <p>Called by the commands, on the thread of the session; between warm-up and the end of a size nothing is allocated.
 */
@NullMarked
package io.heliograph.benchmarks.perf;

import org.jspecify.annotations.NullMarked;
