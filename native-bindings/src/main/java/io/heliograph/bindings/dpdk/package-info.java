/**
 * DPDK by its shared libraries: environment, Ethernet devices, packet buffers.
 *
 * <p>Called by the transport's DPDK port. {@link io.heliograph.bindings.dpdk.Eal} starts everything and gives devices, pools and
 * threads: set-up, one thread at a time. {@link io.heliograph.bindings.dpdk.RxQueue}, {@link io.heliograph.bindings.dpdk.TxQueue},
 * {@link io.heliograph.bindings.dpdk.MempoolCache} and {@link io.heliograph.bindings.dpdk.Mbuf} are for the one thread that polls; they
 * call DPDK's function pointers as its static inlines do, and allocate nothing.
 */
@NullMarked
package io.heliograph.bindings.dpdk;

import org.jspecify.annotations.NullMarked;
