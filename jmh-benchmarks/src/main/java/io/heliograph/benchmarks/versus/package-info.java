/**
 * The transport beside what others do over the same port: DPDK's testpmd, which does nothing with the frames, and, over the same veth pair, libfabric's
 * reliable datagrams and the kernel's TCP and UDP. In turns, each end in a process of its own on a CPU of its own.
 *
 * <p>Called by {@code helio versus}. Everything here starts processes and reads what they counted.
 */
@NullMarked
package io.heliograph.benchmarks.versus;

import org.jspecify.annotations.NullMarked;
