/**
 * DPDK by its shared libraries: environment, Ethernet devices, packet buffers.
 *
 * <p>Called by the transport's DPDK port. {@link io.heliograph.bindings.dpdk.Eal} starts everything and gives devices, pools and
 * threads: set-up, one thread at a time. {@link io.heliograph.bindings.dpdk.RxQueue}, {@link io.heliograph.bindings.dpdk.TxQueue},
 * {@link io.heliograph.bindings.dpdk.MempoolCache} and {@link io.heliograph.bindings.dpdk.Mbuf} are for the one thread that polls; they
 * call DPDK's function pointers as its static inlines do, and allocate nothing.
 *
 * <p>Bursts are critical calls, which hold up the JVM's safepoints: use no driver arguments that make a burst wait. net_af_xdp with
 * {@code busy_budget=0} is such a one, it polls for up to a second when nothing comes; its default does not. What drivers keep: net_af_xdp
 * leaves the mbufs of its fill ring, 2048, out of the pool when it is closed, net_ring those that nobody received.
 */
@NullMarked
package io.heliograph.bindings.dpdk;

import org.jspecify.annotations.NullMarked;
