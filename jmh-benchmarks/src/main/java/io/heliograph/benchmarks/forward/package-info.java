/**
 * Our forwarding loop beside that of DPDK's testpmd: same device, same burst, same processors, in turns.
 *
 * <p>Called by {@code helio io-forward}. {@link io.heliograph.benchmarks.forward.ForwardLoop} is the hot path; everything else starts processes and
 * reads what they counted.
 */
@NullMarked
package io.heliograph.benchmarks.forward;

import org.jspecify.annotations.NullMarked;
