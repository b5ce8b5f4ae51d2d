/**
 * The reliable-datagram, WRITE-only transport: wire format, ports, memory regions, engines and endpoints.
 *
 * <p>Called by the emulator, the offload path, the collectives and applications. The protocol core owns no thread,
 * reads no clock and never sleeps: whoever drives it decides where it runs.
 */
@NullMarked
package io.heliograph.transport;

import org.jspecify.annotations.NullMarked;
