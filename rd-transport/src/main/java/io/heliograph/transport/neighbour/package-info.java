/**
 * Ethernet addresses of peers: a static table, ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861), without a clock, a port or a
 * thread of its own.
 *
 * <p>Called by an engine, on its thread: {@link io.heliograph.transport.neighbour.Neighbours} is asked for addresses, is shown frames,
 * and writes frames.
 */
@NullMarked
package io.heliograph.transport.neighbour;

import org.jspecify.annotations.NullMarked;
